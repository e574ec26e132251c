import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { configOf } from '../../support/configuration.ts';

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const duration = fc
  .tuple(fc.integer({ min: 1, max: 59 }), fc.constantFrom(...'smhd'))
  .map(([n, unit]) => `${n}${unit}`);
const window = fc.constantFrom('Sat - Sun', 'Fri 18:00 - Mon 08:00 Europe/Lisbon', 'Wed 00:00 - Wed 12:00');
const pattern = fc.constantFrom('main', 'glob:main-*', 'regex:^v[0-9]+$');

const hold = fc.record({
  approval: rarely(fc.oneof(fc.boolean(), fc.record({ expires: duration }))),
  scan: rarely(
    fc.oneof(
      fc.constantFrom('CRITICAL', 'LOW'),
      fc.record({ severity: fc.constant('HIGH'), expires: fc.constant('2d') }),
    ),
  ),
  freeze: rarely(fc.array(window, { maxLength: 3 })),
});
const target = {
  hold: rarely(hold),
  mode: rarely(fc.constantFrom('live', 'observe')),
  keepRevisions: rarely(fc.integer({ min: 1, max: 100 })),
};
const top = {
  mode: target.mode,
  keepRevisions: target.keepRevisions,
  freeze: rarely(fc.array(window, { maxLength: 3 })),
};
const image = fc.record({
  repository: fc.constant('shop/api'),
  tags: fc.oneof(pattern, fc.constantFrom('newest', 'semver:^1')),
  exclude: rarely(fc.array(pattern)),
});
const service = fc.record({
  ...{ ...target, image, timeout: rarely(duration), alertAfter: rarely(duration), logTail: rarely(fc.boolean()) },
  drift: rarely(fc.constantFrom('tell', 'restore')),
  before: rarely(fc.subarray(['migrate', 'check'])),
  after: rarely(fc.subarray(['migrate', 'check'])),
  promote: rarely(fc.record({ to: fc.constant('next'), after: rarely(duration) })),
});
const scheduledTask = fc.record({ ...target, image, rule: fc.constant('nightly'), bus: rarely(fc.constant('own')) });

const file = fc.record({ ...top, service, scheduledTask }).map(({ service, scheduledTask, ...rest }) => ({
  ...{ ...rest, cluster: 'prod', network: { subnets: ['subnet-1'] } },
  jobs: { migrate: { script: 'a.sh' }, check: { script: 'b.sh' } },
  services: {
    s: service,
    next: { image: { repository: 'shop/api', ...(service.promote ? {} : { tags: 'newest' }) } },
  },
  scheduledTasks: { t: scheduledTask },
}));

test('any right settings are accepted, and each target has its own or the top-level ones', () => {
  fc.assert(
    fc.property(file, (yaml) => {
      const { services, scheduledTasks } = configOf(stringify(yaml));
      for (const [given, resolved] of [
        [yaml.services.s, services.s],
        [yaml.scheduledTasks.t, scheduledTasks.t],
      ] as const) {
        expect(resolved?.mode).toBe(given.mode ?? yaml.mode ?? 'live');
        expect(resolved?.keepRevisions).toBe(given.keepRevisions ?? yaml.keepRevisions ?? 10);
        expect(resolved?.hold.freeze.map(({ text }) => text)).toEqual(given.hold?.freeze ?? yaml.freeze ?? []);
        expect(resolved?.hold.approval !== undefined).toBe(Boolean(given.hold?.approval));
        expect(resolved?.image.exclude).toHaveLength(given.image.exclude?.length ?? 0);
      }
    }),
  );
});

const overlap = fc.constantFrom('allow', 'skip', 'queue', 'replace');
const job = fc
  .record({
    size: fc.constantFrom([256, 512], [512, 1024], [1024, 2048], [4096, 8192]),
    storage: rarely(fc.integer({ min: 21, max: 200 })),
    architecture: rarely(fc.constantFrom('x86_64', 'arm64')),
    capacity: rarely(
      fc.constantFrom('FARGATE_SPOT', { strategy: 'FARGATE_SPOT', fallback: 'FARGATE' }, [{ provider: 'FARGATE' }]),
    ),
    timeout: fc.constantFrom('2d', '3d'),
    attemptTimeout: rarely(fc.constantFrom('1h', '1d')),
    queueTimeout: rarely(duration),
    overlap: rarely(overlap),
    maxParallel: rarely(fc.integer({ min: 1, max: 100 })),
    queueLimit: rarely(fc.integer({ min: 1, max: 1000 })),
    priority: rarely(fc.integer({ min: -100, max: 100 })),
    retry: rarely(
      fc.record({
        attempts: rarely(fc.integer({ min: 2, max: 10 })),
        on: rarely(fc.subarray(['spot', 'capacity', 'start', 'oom', 'any', 'exit:75', 'exit:1-255'], { minLength: 1 })),
        backoff: rarely(duration),
      }),
    ),
    expect: rarely(fc.constantFrom('1d', 'every 2d')),
    schedule: rarely(
      fc.record({
        rate: fc.constantFrom('1 day', '5 minutes'),
        window: rarely(fc.constantFrom('1m', '24h')),
        grace: rarely(duration),
        catchUp: rarely(fc.constantFrom('last', 'all', 'none')),
      }),
    ),
  })
  .map(({ size: [cpu, memory], ...rest }) => ({ script: 'a.sh', cpu, memory, ...rest }))
  // The one pair that contradicts itself.
  .filter((made) => made.overlap !== 'allow' || made.maxParallel === undefined);

test('any right settings of a job are accepted, and only limits make others wait', () => {
  const place = { cluster: 'prod', network: { subnets: ['subnet-1'] } };
  fc.assert(
    fc.property(job, (yaml) => {
      const { j } = configOf(stringify({ ...place, jobs: { j: yaml } })).jobs;
      const resolved = yaml.overlap ?? (yaml.maxParallel === undefined ? 'allow' : 'queue');
      expect(j?.overlap).toBe(resolved);
      expect(j?.maxParallel).toBe(resolved === 'allow' ? undefined : (yaml.maxParallel ?? 1));
      expect(j?.retry?.attempts).toBe(yaml.retry && (yaml.retry.attempts ?? 3));
      if (j?.retry) expect(j.retry.maxBackoffMs).toBeGreaterThanOrEqual(j.retry.backoffMs);
      expect(j?.schedules).toHaveLength(yaml.schedule ? 1 : 0);
    }),
  );
});
