import type { StopCause } from '../../aws/task.ts';
import { jobDefaults } from '../../config/job-defaults.ts';
import { runIdOf, type TaskArn } from '../../core/ids.ts';
import { type Instant, isoToSecond, plus } from '../../core/time.ts';
import type { Attempt, Run, RunTrigger } from '../../run/run.ts';

const minute = 60_000;
const account = 'arn:aws:ecs:eu-west-1:111122223333';
const network = { subnets: ['subnet-1'], securityGroups: [], assignPublicIp: false };
const taskIds = ['1f0c2d3e4b5a69788796a5b4c3d2e1f0', '7e6d5c4b3a29180f1e2d3c4b5a697887'];

const trigger = (at: Instant): RunTrigger => ({
  kind: 'schedule',
  scheduleArn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/batuta-prod/db-backup',
  scheduledTime: isoToSecond(at),
});

const attempt = (number: number, intendedAt: Instant, parts: Partial<Attempt> = {}): Attempt => ({
  number,
  intendedAt,
  request: {
    cluster: 'prod',
    taskDefinitionArn: `${account}:task-definition/batuta-prod-db-backup:7`,
    clientToken: `sample-${number}`,
    startedBy: `batuta/prod/sample/${number}`,
    overrides: { containerOverrides: [] },
    network,
  },
  logGroup: '/batuta/prod/jobs',
  taskArn: `${account}:task/prod/${taskIds[number - 1]}` as TaskArn,
  ...parts,
});

/** The nightly backup, 12 minutes before `at`. */
const queued = (at: Instant): Run => ({
  schemaVersion: 1,
  id: runIdOf('sample', 'db-backup'),
  job: 'db-backup',
  state: 'queued',
  trigger: trigger(plus(at, -12 * minute)),
  spec: {
    ...jobDefaults,
    name: 'db-backup',
    image: 'toolbox',
    command: ['run', 'db-backup.sh'],
    args: ['--database', '{{database}}'],
    params: { database: { type: 'string', required: false, default: 'shop' } },
    secrets: {},
    cpu: 512,
    memoryMiB: 1024,
    timeoutMs: 120 * minute,
    stopTimeoutSeconds: 30,
    cluster: 'prod',
    network,
  },
  params: { database: 'shop' },
  createdAt: plus(at, -12 * minute),
  attempts: [],
  outputs: {},
});

const running = (at: Instant): Run => ({
  ...queued(at),
  state: 'running',
  attempts: [attempt(1, plus(at, -12 * minute))],
  startedAt: plus(at, -11 * minute),
  log: { group: '/batuta/prod/jobs', stream: `db-backup/job/${taskIds[0]}` },
});

const ended = (at: Instant, state: Run['state'], outcome: StopCause): Run => ({
  ...running(at),
  state,
  outcome,
  finishedAt: at,
});

const exit: StopCause = { kind: 'exit', cause: 'exit code 1 of container job', hint: 'read the log', exitCode: 1 };

function failed(at: Instant): Run {
  const cause = `${exit.cause} (attempt 2 of 2)`;
  const spot = { kind: 'spot', cause: 'Your Spot Task was interrupted', hint: 'repeat it, or use FARGATE' };
  return {
    ...ended(at, 'failed', { ...exit, cause }),
    attempts: [
      attempt(1, plus(at, -12 * minute), { outcome: spot }),
      attempt(2, plus(at, -5 * minute), { outcome: exit }),
    ],
    log: { group: '/batuta/prod/jobs', stream: `db-backup/job/${taskIds[1]}` },
    logTail: [
      'dumping shop',
      'pg_dump: error: connection to server at "db" (10.0.3.17), port 5432 failed: Connection timed out',
      'Is the server running on that host and accepting TCP/IP connections?',
    ],
  };
}

/** A run as its record is for each kind of news. */
export const sampleRuns: Readonly<Record<string, (at: Instant) => Run>> = {
  'run-started': (at) => ({ ...running(plus(at, 11 * minute)) }),
  'run-succeeded': (at) => ({
    ...running(at),
    state: 'succeeded',
    finishedAt: at,
    outputs: { rows: '1200', file: 's3://backups/shop.dump' },
  }),
  'run-failed': failed,
  'run-timed-out': (at) =>
    ended(at, 'timed-out', {
      kind: 'timeout',
      cause: 'it ran longer than its timeout of 11 min; it ended on SIGTERM',
      hint: 'raise timeout, or make the script do less in one run',
    }),
  'run-stopped': (at) => ended(at, 'stopped', { kind: 'user', cause: 'stopped by ana: wrong database', hint: '' }),
  'run-lost': (at) =>
    ended(at, 'lost', {
      kind: 'lost',
      cause: 'ECS no longer knows its task, and how it ended is not known',
      hint: "read the run's log; start the job again if it did not finish",
    }),
  'run-missed': (at) => ({
    ...queued(at),
    state: 'skipped',
    outcome: {
      kind: 'missed',
      cause: `missed its time, ${isoToSecond(plus(at, -12 * minute))}: the schedule batuta-prod-db-backup is disabled in Scheduler`,
      hint: 'enable it there; to have it rest, pause the job instead',
    },
    finishedAt: at,
  }),
  'run-late': (at) => ({ ...queued(at), late: { at, why: '5 runs are under way in all, as many as may be at once' } }),
  'run-skipped': (at) => ({
    ...queued(at),
    state: 'skipped',
    outcome: {
      kind: 'queue-full',
      cause: '1 run of db-backup is under way, as many as may be at once, and 100 wait already',
      hint: 'raise queueLimit or maxParallel, or start it less often',
    },
    finishedAt: at,
  }),
};
