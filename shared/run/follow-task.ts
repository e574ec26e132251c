import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Logs } from '../aws/logs.ts';
import type { Task } from '../aws/task.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { TaskStateChange } from '../events/task-state-change.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { currentAttempt, logStreamOf } from './attempts.ts';
import { applyDecision, decideRun } from './decide-run.ts';
import { withLastLines } from './last-lines.ts';
import type { MaskReader } from './mask-reader.ts';
import { applyReports, type Report } from './reports.ts';
import type { Run } from './run.ts';
import { masksOf, type PrintedLines, updateByLines } from './update-by-lines.ts';

export interface FollowDeps {
  stores: Pick<Stores, 'runs'>;
  ecs: Pick<EcsTasks, 'describeTasks'>;
  logs: Pick<Logs, 'tail'>;
  masks: MaskReader;
  log: Log;
  stage: string;
  now(): Instant;
}

/** An event about a run's task: what it says, or, where it does not say all, what ECS says. */
export async function followTask(
  { stage, runId, attempt, task, complete }: Extract<TaskStateChange, { kind: 'run-task' }>,
  deps: FollowDeps,
): Promise<void> {
  if (stage !== deps.stage) return deps.log.debug(`${runId}: ignored: it is of stage ${stage}`);
  const [told] = complete ? [task] : await deps.ecs.describeTasks(task.clusterArn, [task.arn]);
  if (told) await followRun(runId, attempt, told, deps);
}

/** Carries a run on to what its task says; safe to repeat. */
export async function followRun(runId: string, attempt: number, task: Task, deps: FollowDeps): Promise<void> {
  const stored = await deps.stores.runs.get(runId);
  if (!stored) return deps.log.info(`${runId}: ignored: no such run`, { task: task.id });
  const first = decideRun(stored.value, attempt, task, deps.now());
  if (first.kind === 'ignore') {
    deps.log.debug(`${runId}: ignored: ${first.why}`, { task: task.id, status: task.lastStatus });
    return deps.stores.runs.flush(runId);
  }
  const { printed, note } = await readTail(stored.value, first.kind, { attempt, task }, deps);
  const change = (run: Run, reports: readonly Report[], masked: readonly string[]) => {
    const decision = decideRun(run, attempt, task, deps.now());
    if (decision.kind === 'ignore') return undefined;
    return withLastLines(withTail(applyDecision(run, decision, task), reports, note), printed.lines, masked);
  };
  await updateByLines(runId, printed, change, deps);
}

interface Tail {
  printed: PrintedLines;
  note?: string;
}

const withTail = (run: Run, reports: readonly Report[], note: string | undefined): Run => ({
  ...(applyReports(run, reports) ?? run),
  ...(note ? { note } : {}),
});

/** So much of a long log is read: 5 MB, or 50 000 lines. */
const tailPages = 5;
/** A run's end waits so long for a log that cannot be read just now. */
const patienceMs = 5 * 60_000;

/**
 * The last lines, whose subscription may be late or lost. A log that cannot be read does not hold up the end.
 * @throws AwsCallFailed where reading may work soon (GetLogEvents takes some 25 calls a second of the whole
 * account): Lambda's retry or the sweep comes again
 */
async function readTail(
  run: Run,
  kind: ReturnType<typeof decideRun>['kind'],
  { attempt, task }: { attempt: number; task: Task },
  { logs, masks, log, now }: FollowDeps,
): Promise<Tail> {
  const group = currentAttempt(run)?.logGroup;
  const stream = logStreamOf(run.job, task.id);
  const nothing: PrintedLines = { attempt, stream, lines: [] };
  if (kind !== 'ended' || !group || task.startedAt === undefined) return { printed: nothing };
  try {
    const printed = { ...nothing, lines: await logs.tail({ group, stream }, tailPages) };
    await masks.read(masksOf(run, printed));
    return { printed };
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
    if (error.retryable && now() - (task.stoppedAt ?? 0) < patienceMs) throw error;
    log.warn(`${run.id}: the log's end could not be read`, { code: error.code });
    return { printed: nothing, note: `the log's end could not be read (${error.code}): late outputs may be missing` };
  }
}
