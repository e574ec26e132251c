import type { ServiceConfig } from '../../config/config.ts';
import { deploymentIdOf, runIdOf } from '../../core/ids.ts';
import { type Instant, plus } from '../../core/time.ts';
import type { CrashedTask, Deployment } from '../../deploy/deployment.ts';

const minute = 60_000;
const account = 'arn:aws:ecs:eu-west-1:111122223333';
const revision = (number: number) => `${account}:task-definition/shop-api:${number}`;
const taskIds = [
  '405cdabe0b3f4a0b9d1d5d2f0c6a7e11',
  '9be07a1c52d84d6aa3f70c1e8b4f6d22',
  'c1f6a88e7d0b4b9e8a52d3f91e07ab33',
];

const spec: ServiceConfig = {
  name: 'shop-api',
  service: 'shop-api',
  cluster: 'prod',
  image: { repository: 'shop/api', exclude: [], tags: { kind: 'semver', range: '>=1.0.0' } },
  timeoutMs: 30 * minute,
  alertAfterMs: 300_000,
  rollback: true,
  before: ['migrate'],
  after: ['smoke-test'],
  hold: { freeze: [] },
  mode: 'live',
  drift: 'tell',
  keepRevisions: 10,
  logTail: true,
};

/** shop-api goes from 1.4.0 to 1.5.0; `at` is when the state began that it tells. */
const rolling = (at: Instant): Deployment => ({
  schemaVersion: 2,
  id: deploymentIdOf('sample', 'shop-api'),
  service: 'shop-api',
  spec,
  state: 'rolling',
  trigger: { kind: 'push' },
  image: {
    repository: 'shop/api',
    tag: '1.5.0',
    digest: 'sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
    pushedAt: plus(at, -5 * minute),
  },
  sequence: 7,
  createdAt: plus(at, -5 * minute),
  holds: [],
  runs: { before: [{ job: 'migrate', run: runIdOf('sample', 'migrate') }], after: [] },
  from: { taskDefinitionArn: revision(41), tag: '1.4.0' },
  to: { taskDefinitionArn: revision(42) },
  rolledAt: plus(at, -4 * minute),
  crashes: {},
  logs: [{ container: 'api', group: '/ecs/shop-api', prefix: 'api' }],
});

const crashes = (at: Instant): Record<string, CrashedTask> =>
  Object.fromEntries(
    taskIds.map((id, index) => [
      id,
      {
        taskArn: `${account}:task/prod/${id}`,
        stoppedAt: plus(at, (index - 3) * minute),
        kind: 'exit',
        cause: 'exit code 1 of container api',
        hint: 'read the log',
        exitCode: 1,
        logTail: [
          'listening on 0.0.0.0:8080',
          'connecting to postgres://[redacted]@db:5432/shop',
          'Error: column "orders.discount" does not exist',
          '    at Parser.parseErrorMessage (node_modules/pg-protocol/dist/parser.js:285:98)',
        ],
      },
    ]),
  );

const failed = (at: Instant): Partial<Deployment> => ({
  crashes: crashes(at),
  outcome: {
    reason: '3 tasks of shop-api:42 died within 10 minutes: exit code 1 of container api',
    hint: 'read the log',
  },
});

/** A deployment as its record is in each state; the kinds of news follow from that. */
export const sampleDeployments: Readonly<Record<string, (at: Instant) => Deployment>> = {
  'deployment-held': (at) => {
    const { to: _, rolledAt: __, ...before } = rolling(at);
    const holds = [
      { kind: 'approval', why: 'needs approval', until: plus(at, 24 * 60 * minute) },
      { kind: 'freeze', why: 'frozen Fri 18:00 - Mon 08:00 Europe/Lisbon', until: plus(at, 60 * 60 * minute) },
    ] as const;
    return {
      ...before,
      state: 'held',
      createdAt: at,
      holds,
      heldBy: ['approval', 'freeze'],
      runs: { before: [], after: [] },
    };
  },
  'deployment-started': (at) => ({ ...rolling(plus(at, 4 * minute)), rolledAt: at }),
  'deployment-succeeded': (at) => ({ ...rolling(at), state: 'succeeded', stableAt: at, finishedAt: at }),
  'deployment-failed': (at) => ({
    ...rolling(at),
    ...failed(at),
    state: 'rolling-back',
    rollback: { taskDefinitionArn: revision(41), by: 'batuta', intendedAt: at },
  }),
  'deployment-rolled-back': (at) => ({
    ...rolling(at),
    ...failed(at),
    state: 'rolled-back',
    rollback: { taskDefinitionArn: revision(41), by: 'batuta', intendedAt: plus(at, -minute) },
    finishedAt: at,
  }),
  'deployment-superseded': (at) => ({
    ...rolling(at),
    state: 'superseded',
    outcome: { reason: "somebody else's deployment of shop-api:43 replaced it", hint: '' },
    finishedAt: at,
  }),
  'deployment-skipped': (at) => {
    const { to: _, rolledAt: __, ...before } = rolling(at);
    const outcome = { reason: 'rejected by ana: wait for the price change', hint: '' };
    return { ...before, state: 'skipped', outcome, runs: { before: [], after: [] }, finishedAt: at };
  },
};
