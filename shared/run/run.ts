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
  | 'lost'
  /** It was not to run: the overlap policy, a full queue, a pause, or a firing that was missed. */
  | 'skipped';

export const terminalRunStates: ReadonlySet<RunState> = new Set([
  'succeeded',
  'failed',
  'timed-out',
  'stopped',
  'lost',
  'skipped',
]);

/** What asked for the run. */
export type RunTrigger =
  | { kind: 'schedule'; scheduleArn: string; scheduledTime: string }
  | { kind: 'api'; caller: string; idempotencyKey: string; requestHash: string }
  /** Before or after a deployment; `service` is its key in batuta.yml. */
  | { kind: 'deployment'; deployment: DeploymentId; service: string; phase: 'before' | 'after' }
  /** One of a fan-out. */
  | { kind: 'item'; parent: RunId; index: number }
  /** A job whose `then` or `onFailure` names this one. */
  | { kind: 'job'; run: RunId; job: string; as: 'then' | 'onFailure' }
  /** Nobody: no success since then, although one is expected (`expect`). */
  | { kind: 'expectation'; since: string };

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
  /** When it is stopped: its own timeout, or what is left of the run's. */
  deadlineAt?: Instant;
  /** What it runs with, where that is not the job's own size. */
  memoryMiB?: number;
  /** It asked for the job's fallback capacity. */
  fallback?: true;
  /** How it ended, where it did not succeed. */
  outcome?: StopCause;
  /** The stop that ended it; the run's own while it lasts. */
  stop?: Stop;
  /** ECS's answer that proves nothing started: the next launch is a new attempt. */
  refused?: string;
  /** It was refused, or its task given up before it started, for want of capacity or by a quota. */
  noCapacity?: true;
  taskArn?: string;
  startedAt?: Instant;
  stoppedAt?: Instant;
  exitCode?: number;
  /** When it printed the first `::mask` lines whose values are to be hidden; never the values. */
  maskLines?: readonly Instant[];
  /** Since when ECS says that it knows no such task. */
  missingSince?: Instant;
}

/** Recorded before StopTask. `attempt-timeout` ends the attempt, the others the run. */
export interface Stop {
  by: 'timeout' | 'attempt-timeout' | 'user' | 'replaced' | 'fail-fast';
  why: string;
  at: Instant;
}

/** Items that become runs of their own, in chunks of a hundred (fan-out-store.ts). */
export interface FanOut {
  /** Under which the chunks lie. */
  key: string;
  total: number;
  /** Parameters that items give themselves; what all of them give is none of the run's own. */
  vary?: readonly string[];
  maxParallel: number;
  /** The first failure stops the rest; else all are run. */
  failFast: boolean;
  /** So many, from the first on, have become runs. */
  started: number;
  /** By chunk: how many of it ended how; set from the chunk's own outcomes, never counted up. */
  chunks: readonly { succeeded: number; failed: number; stopped: number }[];
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
  /** Asked for to start then; its spec is read again when it does. */
  at?: Instant;
  /** The run that this one repeats. */
  retryOf?: RunId;
  /** Which limits it counts in, from when it was let in until it is settled. */
  admitted?: { scopes: readonly string[]; at: Instant };
  /** The limit in whose queue it waits. */
  parked?: string;
  /** Once it is over: what depends on it has been done (settle.ts). */
  settledAt?: Instant;
  /** Jobs that its end was to start, and that were no longer in batuta.yml. */
  notStarted?: readonly string[];
  fanOut?: FanOut;
  /** Outputs of the jobs before it in a chain, by job. */
  steps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Its schedule did not fire: why it was started, or not, by the sweep. */
  missed?: string;
  /** Another firing of its schedule, missed at the same time, whose news tells of this one too. */
  toldWith?: RunId;
  /** Of a scheduled run that waits so long that it should have begun: since when that is so, and for what it waits. */
  late?: { at: Instant; why: string };
  /** Of an expectation: the success that ended the lapse. */
  recovered?: { run: RunId; at: Instant };
  /** Of a failure that is told in full though it is not its job's first: how many there are since then. */
  failures?: { count: number; since: Instant };
  attempts: readonly Attempt[];
  /** When the script began to run. */
  startedAt?: Instant;
  finishedAt?: Instant;
  /** From the first launch and the job's timeout: the sweep stops the task then, and no attempt begins. */
  deadlineAt?: Instant;
  progress?: { percent: number; note: string };
  outputs: Readonly<Record<string, string>>;
  /** The last lines of `::notice`. */
  notices?: readonly { at: Instant; text: string }[];
  /** When each output, and the progress under `::progress`, was printed: an older line changes nothing. */
  reportedAt?: Readonly<Record<string, Instant>>;
  /** What went wrong without failing the run: outputs that were too large, a log that could not be read. */
  note?: string;
  /** Decides between stopped and timed-out. */
  stop?: Stop;
  /** Set with every terminal state but succeeded. */
  outcome?: StopCause;
  /** Of a run that failed or timed out: the last lines of its last attempt, masked, redacted, 2 kB at most. */
  logTail?: readonly string[];
  /** Where the lines are: group and stream of the last attempt. */
  log?: { group: string; stream: string };
}
