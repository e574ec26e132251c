import type { StopCause } from '../aws/task.ts';
import type { TaskRequest } from '../aws/task-request.ts';
import type { JobConfig, ParamValue } from '../config/config.ts';
import type { DeploymentId, RunId } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';

export type RunState =
  | 'queued'
  | 'launching'
  | 'starting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed-out'
  | 'stopped'
  | 'lost';

export const terminalRunStates: ReadonlySet<RunState> = new Set([
  'succeeded',
  'failed',
  'timed-out',
  'stopped',
  'lost',
]);

/** What asked for the run. */
export type RunTrigger =
  | { kind: 'schedule'; scheduleArn: string; scheduledTime: string }
  | { kind: 'api'; caller: string; idempotencyKey: string; requestHash: string }
  /** Before or after a deployment; `service` is its key in batuta.yml. */
  | { kind: 'deployment'; deployment: DeploymentId; service: string; phase: 'before' | 'after' };

/** One ECS task of a run, or the intent to start it (rule 4): everything needed to repeat RunTask identically. */
export interface Attempt {
  /** Counts intents, refused ones too; names the attempt in `startedBy` and in the client token. */
  number: number;
  /** Written before the first RunTask of this attempt. */
  intendedAt: Instant;
  /** Repeated to the letter until there is an answer. */
  request: TaskRequest;
  /** The log group of its task definition. */
  logGroup: string;
  /** ECS's answer that proves nothing started: the next launch is a new attempt. */
  refused?: string;
  taskArn?: string;
  startedAt?: Instant;
  stoppedAt?: Instant;
  exitCode?: number;
  /** Since when ECS says that it knows no such task. */
  missingSince?: Instant;
}

export interface Run {
  schemaVersion: 1;
  id: RunId;
  job: string;
  state: RunState;
  trigger: RunTrigger;
  /** The job as configured when the run was asked for (rule 7). */
  spec: JobConfig;
  params: Readonly<Record<string, ParamValue>>;
  createdAt: Instant;
  /** Queued or launching: not to be tried before. */
  notBefore?: Instant;
  /** How often in a row the launch had to wait. */
  waits?: number;
  /** Why the last launch did not happen; cleared by the next success. */
  waitingFor?: string;
  attempts: readonly Attempt[];
  /** When the script began to run. */
  startedAt?: Instant;
  finishedAt?: Instant;
  /** From the first launch and the job's timeout: the sweep stops the task then. */
  deadlineAt?: Instant;
  progress?: { percent: number; note: string };
  outputs: Readonly<Record<string, string>>;
  /** When each output, and the progress under `::progress`, was printed: an older line changes nothing. */
  reportedAt?: Readonly<Record<string, Instant>>;
  /** What went wrong without failing the run: outputs that were too large, a log that could not be read. */
  note?: string;
  /** Recorded before StopTask; decides between stopped and timed-out. */
  stop?: { by: 'timeout' | 'user'; why: string; at: Instant };
  /** Set with every terminal state but succeeded. */
  outcome?: StopCause;
  /** Where the lines are: group and stream of the last attempt. */
  log?: { group: string; stream: string };
}
