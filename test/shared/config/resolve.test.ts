import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jobDefaults } from '../../../shared/config/job-defaults.ts';
import { loadConfig } from '../../../shared/config/load.ts';
import { loadLocal } from '../../../shared/config/local.ts';
import { configOf, PLACE } from '../../support/configuration.ts';

const SERVICE_DEFAULTS = {
  before: [],
  after: [],
  hold: { freeze: [] },
  mode: 'live',
  drift: 'tell',
  keepRevisions: 10,
  alertAfterMs: 300_000,
  logTail: false,
};

describe('the configuration', () => {
  test('has which images each run of a job takes, where the job names a repository', () => {
    const { jobs } = configOf(`${PLACE}
registries: [999999999999.dkr.ecr.eu-west-1.amazonaws.com]
jobs:
  j:
    image: { registry: 999999999999.dkr.ecr.eu-west-1.amazonaws.com, repository: a/b, tags: "semver:^1", exclude: [1.2.3] }
    command: [x]`);
    expect(jobs.j?.image).toEqual({
      registry: '999999999999.dkr.ecr.eu-west-1.amazonaws.com',
      repository: 'a/b',
      tags: { kind: 'semver', range: '^1' },
      exclude: [{ kind: 'exact', tag: '1.2.3' }],
    });
  });

  test('has defaults filled in and names resolved', () => {
    const { services, jobs } = configOf(`${PLACE}
services:
  a: { image: { repository: shop/api, tags: newest } }
  b: { image: { repository: shop/api, tags: v1 }, service: web, cluster: other, container: api, timeout: 1d, rollback: false }
jobs:
  j: { script: a.sh }`);
    expect(services).toEqual({
      a: {
        name: 'a',
        service: 'a',
        cluster: 'prod',
        image: { repository: 'shop/api', exclude: [], tags: { kind: 'newest' } },
        timeoutMs: 1_800_000,
        rollback: true,
        ...SERVICE_DEFAULTS,
      },
      b: {
        name: 'b',
        service: 'web',
        cluster: 'other',
        container: 'api',
        image: { repository: 'shop/api', exclude: [], tags: { kind: 'exact', tag: 'v1' } },
        timeoutMs: 86_400_000,
        rollback: false,
        ...SERVICE_DEFAULTS,
      },
    });
    expect(jobs.j).toEqual({
      ...jobDefaults,
      name: 'j',
      image: 'toolbox',
      command: ['run', 'a.sh'],
      args: [],
      params: {},
      secrets: {},
      cpu: 256,
      memoryMiB: 512,
      timeoutMs: 3_600_000,
      stopTimeoutSeconds: 30,
      cluster: 'prod',
      network: { subnets: ['subnet-1'], securityGroups: [], assignPublicIp: false },
    });
  });

  test.each([
    ['cron: "0 3 * * ? *", timezone: Europe/Lisbon', { expression: 'cron(0 3 * * ? *)', timezone: 'Europe/Lisbon' }],
    ['rate: 5 minutes', { expression: 'rate(5 minutes)', timezone: 'UTC' }],
    ['at: 2026-12-01T03:00:00', { expression: 'at(2026-12-01T03:00:00)', timezone: 'UTC' }],
  ])('takes the schedule %s', (yaml, schedule) => {
    expect(configOf(`${PLACE}jobs: { j: { script: a.sh, schedule: { ${yaml} } } }`).jobs.j?.schedules).toMatchObject([
      schedule,
    ]);
  });

  test.each([
    ['main', { kind: 'exact', tag: 'main' }],
    ['glob:main-*', { kind: 'glob', pattern: 'main-*' }],
    ['regex:^v\\d+$', { kind: 'regex', pattern: '^v\\d+$' }],
    ['semver:>=1.0.0 <2', { kind: 'semver', range: '>=1.0.0 <2' }],
    ['newest', { kind: 'newest' }],
  ])('takes the tag policy %s', (tags, policy) => {
    const config = configOf(`${PLACE}services: { a: { image: { repository: shop/api, tags: '${tags}' } } }`);
    expect(config.services.a?.image.tags).toEqual(policy);
  });

  test('requires a parameter that has no default, unless told otherwise', () => {
    const params = 'a: { type: string }, b: { type: string, default: x }, c: { type: string, required: false }';
    const job = configOf(`${PLACE}jobs: { j: { script: a.sh, params: { ${params} } } }`).jobs.j;
    const required = Object.entries(job?.params ?? {}).map(([name, param]) => [name, param.required]);
    expect(required).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
  });
});

describe('the hash', () => {
  const hash = (jobs: string) => configOf(`${PLACE}jobs:\n${jobs}`).hash;

  test('stays when keys change places or a default is written out', () => {
    const written = hash('  a: { script: a.sh }\n  b: { script: b.sh }');
    expect(written).toMatch(/^[0-9a-f]{64}$/);
    expect(hash('  b: { cpu: 256, script: b.sh } # a comment\n  a: { script: a.sh }')).toBe(written);
  });

  test('changes with the meaning', () => {
    expect(hash('  a: { script: a.sh }')).not.toBe(hash('  a: { script: a.sh, timeout: 2h }'));
  });
});

describe('the shipped example', () => {
  const root = new URL('../../../', import.meta.url);
  const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

  test('is right, its scripts exist', () => {
    const toolboxScripts = readdirSync(new URL('containers/toolbox/scripts', root));
    expect(loadConfig(read('batuta.yml'), 'batuta.yml', { toolboxScripts })).toMatchObject({ ok: true });
  });

  test('has a local file with everything that it needs, except what the demo adds', () => {
    const file = new URL('examples/demo/batuta.local.yml', root);
    const loaded = loadLocal(read('examples/demo/batuta.local.yml'), file.pathname);
    const { jobs, services } = configOf(read('batuta.yml'));
    if (!loaded.ok) throw new Error('examples/demo/batuta.local.yml is not right');
    expect(Object.keys(loaded.local.services)).toEqual(Object.values(services).map(({ service }) => service));
    const secrets = Object.values(jobs).flatMap((job) => Object.values(job.secrets));
    expect(secrets.every((name) => loaded.local.parameters[name]?.type === 'SecureString')).toBe(true);
    for (const directory of Object.values(loaded.local.images)) expect(readdirSync(directory)).toContain('image.json');
  });
});
