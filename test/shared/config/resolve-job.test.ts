import { describe, expect, test } from 'vitest';
import { defaultPrices } from '../../../shared/config/prices.ts';
import { configOf, PLACE } from '../../support/configuration.ts';

const ROLE = 'arn:aws:iam::123456789012:role/backup';
const job = (rest: string) =>
  configOf(`${PLACE}taskRoles: [${ROLE}]\ngroups: { db: { maxParallel: 2 } }\njobs:\n  j: { script: a.sh, ${rest} }`)
    .jobs.j;

describe('a job has', () => {
  test.each<[string, object]>([
    ['overlap: skip', { overlap: 'skip', maxParallel: 1 }],
    ['maxParallel: 3', { overlap: 'queue', maxParallel: 3 }],
    ['overlap: replace, maxParallel: 2', { overlap: 'replace', maxParallel: 2 }],
    ['group: db, priority: -5, queueLimit: 7', { group: 'db', priority: -5, queueLimit: 7, overlap: 'allow' }],
    [
      'timeout: 2h, attemptTimeout: 1h, queueTimeout: 10m, expect: every 1d',
      { timeoutMs: 7_200_000, attemptTimeoutMs: 3_600_000, queueTimeoutMs: 600_000, expectMs: 86_400_000 },
    ],
    [
      `storage: 50, architecture: arm64, taskRole: ${ROLE}`,
      { storageGiB: 50, architecture: 'arm64', taskRoleArn: ROLE },
    ],
    ['capacity: FARGATE_SPOT', { capacity: { strategy: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }] } }],
    [
      'capacity: { strategy: FARGATE_SPOT, fallback: [{ provider: FARGATE, weight: 2 }] }',
      {
        capacity: {
          strategy: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }],
          fallback: [{ provider: 'FARGATE', weight: 2, base: 0 }],
        },
      },
    ],
    [
      'retry: {}',
      { retry: { attempts: 3, on: ['spot', 'capacity', 'start'], backoffMs: 60_000, maxBackoffMs: 3_600_000 } },
    ],
    [
      'retry: { attempts: 5, on: [oom, "exit:1-9"], backoff: 2h, memory: { max: 2048 } }',
      {
        retry: {
          ...{ attempts: 5, on: ['oom', 'exit:1-9'], backoffMs: 7_200_000, maxBackoffMs: 7_200_000 },
          memory: { factor: 2, maxMiB: 2048 },
        },
      },
    ],
  ])('%s', (rest, expected) => expect(job(rest)).toMatchObject(expected));

  test('no limit with overlap: allow, and no keys that nobody wrote', () => {
    const keys = Object.keys(job('overlap: allow') ?? {});
    expect(keys).not.toEqual(expect.arrayContaining(['maxParallel']));
    for (const key of ['retry', 'capacity', 'group', 'storageGiB', 'taskRoleArn', 'attemptTimeoutMs', 'expectMs'])
      expect(keys).not.toContain(key);
  });

  test('its parameters: an enum is a string, the items of a list are strings', () => {
    const params =
      'a: { type: enum, enum: [x] }, b: { type: list, pattern: "[a-z]+", min: 1 }, c: { type: string, secret: true }, d: { type: list, items: date, default: [] }, e: { type: string, secret: false }';
    expect(job(`params: { ${params} }`)?.params).toEqual({
      a: { type: 'string', enum: ['x'], required: true },
      b: { type: 'list', items: 'string', pattern: '[a-z]+', min: 1, required: true },
      c: { type: 'string', secret: true, required: true },
      d: { type: 'list', items: 'date', default: [], required: false },
      e: { type: 'string', required: true },
    });
  });

  test('one schedule or several, each with its own settings', () => {
    expect(job('schedule: { rate: 1 day }')?.schedules).toEqual([
      { name: 'schedule', expression: 'rate(1 day)', timezone: 'UTC', params: {}, graceMs: 300_000, catchUp: 'none' },
    ]);
    const times = 'start: 2026-12-01T00:00:00Z, end: 2027-12-01T00:00:00Z, window: 2h, grace: 10m, catchUp: all';
    const params = 'params: { n: { type: integer, default: 1 } }';
    expect(
      job(`${params}, schedules: { a: { rate: 1 day }, b: { cron: "0 3 * * ? *", params: { n: 2 }, ${times} } }`)
        ?.schedules,
    ).toMatchObject([
      { name: 'a', params: {} },
      {
        ...{ name: 'b', expression: 'cron(0 3 * * ? *)', params: { n: 2 }, start: '2026-12-01T00:00:00Z' },
        ...{ end: '2027-12-01T00:00:00Z', windowMinutes: 120, graceMs: 600_000, catchUp: 'all' },
      },
    ]);
  });

  test('the jobs that follow', () => {
    const { jobs } = configOf(`${PLACE}jobs:
  a: { script: a.sh, then: [b, { job: c, params: { file: "{{steps.a.outputs.file}}" } }], onFailure: [b] }
  b: { script: b.sh }
  c: { script: c.sh, params: { file: { type: string } } }`);
    expect(jobs.a).toMatchObject({
      // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
      then: [
        { job: 'b', params: {} },
        { job: 'c', params: { file: '{{steps.a.outputs.file}}' } },
      ],
      onFailure: [{ job: 'b', params: {} }],
    });
  });
});

test('the whole file has limits, roles and prices', () => {
  expect(configOf('cluster: a')).toMatchObject({ taskRoles: [], limits: { groups: {} }, prices: defaultPrices });
  const config = configOf(
    `maxParallel: 50\ngroups: { db: { maxParallel: 2 } }\ntaskRoles: [${ROLE}]\nprices: { arm: { vcpuHour: 1 }, spot: { to: 0.5 } }`,
  );
  expect(config).toMatchObject({
    taskRoles: [ROLE],
    limits: { maxParallel: 50, groups: { db: { maxParallel: 2 } } },
    prices: {
      ...defaultPrices,
      arm: { ...defaultPrices.arm, vcpuHour: 1 },
      spot: { ...defaultPrices.spot, to: 0.5 },
    },
  });
});
