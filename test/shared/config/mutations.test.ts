import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../shared/config/load.ts';
import { loadLocal } from '../../../shared/config/local.ts';
import type { Path, Problem } from '../../../shared/config/problem.ts';

type Tree = Record<string | number, unknown>;
type Mutation = (parent: Tree, key: string | number) => void;

const REGISTRY = '210987654321.dkr.ecr.eu-west-1.amazonaws.com';
const valid = {
  cluster: 'prod',
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: false },
  passRoles: ['arn:aws:iam::123456789012:role/shop'],
  registries: [REGISTRY],
  mode: 'live',
  drift: 'tell',
  keepRevisions: 5,
  freeze: ['Sat - Sun'],
  services: {
    api: {
      image: { repository: 'shop/api', registry: REGISTRY, tags: 'semver:>=1.0.0', exclude: ['glob:*-x', 'bad'] },
      timeout: '5m',
      container: 'api',
      before: ['backup'],
      after: ['backup'],
      hold: {
        approval: { expires: '2d' },
        scan: { severity: 'HIGH', tellAfter: '5m', expires: '1h' },
        freeze: ['Fri 18:00 - Mon 08:00 Europe/Lisbon'],
      },
      mode: 'observe',
      drift: 'restore',
      keepRevisions: 3,
      logTail: true,
      promote: { to: 'prod', after: '30m', approval: true },
    },
    prod: { image: { repository: 'shop/api', registry: REGISTRY }, hold: { approval: true, scan: 'LOW' } },
  },
  scheduledTasks: {
    nightly: { image: { repository: 'shop/report', tags: 'newest' }, rule: 'nightly', bus: 'own', mode: 'observe' },
    weekly: { image: { repository: 'shop/report', tags: 'newest' }, schedule: 'weekly', group: 'own' },
  },
  maxParallel: 50,
  groups: { db: { maxParallel: 2 } },
  taskRoles: ['arn:aws:iam::123456789012:role/backup'],
  prices: { currency: 'USD', x86: { vcpuHour: 0.04, gbHour: 0.004 }, spot: { from: 0.3, to: 1 } },
  jobs: {
    backup: {
      script: 'backup.sh',
      args: ['--database', '{{database}}', '{{...tables}}'],
      params: {
        database: { type: 'enum', enum: ['shop', 'billing'], default: 'shop' },
        tables: { type: 'list', items: 'string', pattern: '[a-z]+', min: 0, max: 9, default: ['orders'] },
        day: { type: 'date', min: '2026-01-01', max: '2027-01-01', required: false },
        rows: { type: 'integer', min: 1, max: 10, default: 5, description: 'How many' },
        token: { type: 'string', secret: true, default: '/shop/token' },
        wait: { type: 'duration', max: '1h', default: '5m' },
      },
      secrets: { DB: '/shop/db/password' },
      cpu: 512,
      memory: 1024,
      storage: 50,
      architecture: 'arm64',
      capacity: { strategy: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }], fallback: 'FARGATE' },
      taskRole: 'arn:aws:iam::123456789012:role/backup',
      schedules: {
        nightly: { cron: '0 3 * * ? *', timezone: 'UTC', params: { rows: 3 }, grace: '5m', catchUp: 'last' },
        hourly: { rate: '1 hour', start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z', window: '15m' },
      },
      timeout: '3h',
      attemptTimeout: '1h',
      queueTimeout: '1h',
      stopTimeout: '30s',
      overlap: 'queue',
      maxParallel: 1,
      queueLimit: 10,
      group: 'db',
      priority: 5,
      retry: {
        attempts: 3,
        on: ['spot', 'oom', 'timeout', 'exit:1-9'],
        backoff: '1m',
        maxBackoff: '30m',
        memory: { factor: 2, max: 4096 },
      },
      expect: 'every 24h',
      // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
      then: ['report', { job: 'verify', params: { file: '{{steps.backup.outputs.file}}' } }],
      onFailure: ['report'],
    },
    verify: { script: 'verify.sh', params: { file: { type: 'string' } }, capacity: 'FARGATE_SPOT' },
    report: { script: 'report.py', capacity: [{ provider: 'gpu' }], schedule: { at: '2027-01-01T00:00:00' } },
  },
  channels: {
    team: { type: 'webhook', url: 'https://example.com', secret: ['ssm:/secret'] },
    chat: { type: 'slack', token: 'ssm:/token', channel: 'C0123456' },
    oncall: { type: 'pagerduty', routingKey: 'ssm:/key', region: 'eu' },
  },
  routes: [
    { when: { severity: 'error', job: 'backup' }, to: ['team', 'oncall'], repeat: '1h', continue: true },
    {
      when: { severity: ['info', 'error'], kind: ['run'] },
      to: ['chat'],
      only: 'all',
      mute: [{ days: ['weekdays', 'sat'], from: '22:00', to: '06:00', timezone: 'Europe/Lisbon' }],
      mentions: ['<!here>'],
      digest: { every: 'week', day: 'fri', at: '16:00', timezone: 'UTC' },
    },
  ],
};

const validLocal = {
  parameters: { '/a': { value: 'x', type: 'SecureString' }, '/b': 'y' },
  secrets: { s: 'x' },
  images: { 'shop/api:1': '../api' },
  services: {
    api: { image: 'shop/api:1', healthCheck: { command: ['CMD', 'a'] }, circuitBreaker: { rollback: true } },
    web: { image: 'shop/api:1', loadBalancer: { healthPath: '/', codes: '200', interval: 5, timeout: 2 } },
  },
};

test('the original is valid', () => {
  expect(loadConfig(stringify(valid), 'batuta.yml')).toMatchObject({ ok: true });
  expect(loadLocal(stringify(validLocal), 'batuta.local.yml')).toMatchObject({ ok: true });
});

const places = (tree: unknown, path: Path = []): Path[] =>
  typeof tree === 'object' && tree !== null
    ? Object.entries(tree).flatMap(([key, child]) => [[...path, key], ...places(child, [...path, key])])
    : [];

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constant<Mutation>((parent, key) => delete parent[key]),
  fc.string().map<Mutation>((name) => (parent, key) => {
    // A list's own length takes only numbers.
    if (Array.isArray(parent) && name === 'length') return;
    parent[name] = parent[key];
    delete parent[key];
  }),
  fc
    .oneof(fc.jsonValue(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, '{{x}}', '*', '2026-12-01'))
    .map<Mutation>((value) => (parent, key) => {
      parent[key] = value;
    }),
);

const mutated = (tree: object) =>
  fc.array(fc.tuple(fc.constantFrom(...places(tree)), mutation), { minLength: 1, maxLength: 4 }).map((mutations) => {
    const copy = structuredClone(tree) as Tree;
    for (const [path, mutate] of mutations) apply(copy, path, mutate);
    return stringify(copy);
  });

function apply(tree: Tree, path: Path, mutate: Mutation): void {
  const parent = path.slice(0, -1).reduce<unknown>((node, step) => (node as Tree | null | undefined)?.[step], tree);
  if (typeof parent === 'object' && parent !== null) mutate(parent as Tree, path.at(-1) ?? '');
}

function expectPlaces(problems: Problem[], text: string): void {
  const lines = text.split('\n');
  expect(problems.length).toBeGreaterThan(0);
  for (const { line, column, message } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    expect(message).not.toMatch(/^$|undefined|Invalid|\[object/);
  }
}

test('any mutation is either valid or told with places, and nothing throws', () => {
  fc.assert(
    fc.property(mutated(valid), (text) => {
      const loaded = loadConfig(text, 'batuta.yml');
      if (!loaded.ok) expectPlaces(loaded.problems, text);
    }),
    { numRuns: 200 },
  );
});

test('so it is with the local file', () => {
  fc.assert(
    fc.property(mutated(validLocal), (text) => {
      const loaded = loadLocal(text, 'batuta.local.yml');
      if (!loaded.ok) expectPlaces(loaded.problems, text);
    }),
    { numRuns: 150 },
  );
});

test('any text at all is either valid or told with places', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a:- \n\t{}[]&*!|>"\'#?<%@`,') }));
  fc.assert(
    fc.property(text, (yaml) => {
      const loaded = loadConfig(yaml, 'batuta.yml');
      if (!loaded.ok) expect(loaded.problems.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
