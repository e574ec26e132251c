import type { StopCause, Task } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';
import type { AttemptEnd } from './after-attempt.ts';
import { currentAttempt } from './attempts.ts';
import { deadlineWhy, overrunOf } from './deadlines.ts';
import type { Run } from './run.ts';
import { explainStop } from './stop-cause.ts';
import { stopEnd } from './stop-end.ts';

/** As timeout(1): what the toolbox's entry point answers when it has stopped the script at its deadline. */
const deadlineExitCode = 124;
/** AWS's clocks may differ by so much, though by no more than a tenth of the attempt. */
const clockSkewMs = 60_000;

/** How a task that is STOPPED ends its attempt: what was stopped ends by its stop, else by the evidence of the task. */
export function endOfTask(run: Run, task: Task, now: Instant): AttemptEnd {
  const cause = explainStop(task);
  const attempt = currentAttempt(run);
  const startedAt = attempt?.startedAt ?? task.startedAt;
  // Clocks differ: nothing ends before it began.
  const at = Math.max(task.stoppedAt ?? now, startedAt ?? 0, attempt?.intendedAt ?? 0) as Instant;
  const began = startedAt !== undefined || cause.exitCode !== undefined;
  const end = { at, began };
  // It had done its work before the stop reached it.
  if (cause.kind === 'completed' && (!run.stop || task.stopCode === 'EssentialContainerExited'))
    return { ...end, state: 'succeeded' };
  if (run.stop) {
    const { exitCode } = cause;
    return { ...end, ...stopEnd(run.stop, { how: killedBy(run, exitCode), exitCode }), stop: run.stop };
  }
  if (cause.exitCode === deadlineExitCode && isAtDeadline(run, at)) return { ...end, ...atDeadline(run, cause, at) };
  return { ...end, state: 'failed', outcome: cause };
}

/** The task is gone, and nobody saw how it ended. */
export function endOfLost(run: Run, now: Instant): AttemptEnd {
  const end = { at: now, began: true };
  const cause = 'ECS no longer knows its task, and how it ended is not known';
  if (run.stop) return { ...end, ...stopEnd(run.stop, { how: `; ${cause}` }), stop: run.stop };
  const hint = "read the run's log; start the job again if it did not finish";
  return { ...end, state: 'lost', outcome: { kind: 'lost', cause, hint } };
}

/** What ended a task that was to stop: 137 and 143 are what SIGKILL and SIGTERM leave. */
function killedBy({ spec }: Run, exitCode: number | undefined): string {
  if (exitCode === 143) return '; it ended on SIGTERM';
  if (exitCode !== 137) return '';
  return `; it did not end on SIGTERM and was killed after ${spec.stopTimeoutSeconds} s (stopTimeout)`;
}

function isAtDeadline(run: Run, at: Instant): boolean {
  const attempt = currentAttempt(run);
  const deadline = attempt?.deadlineAt ?? run.deadlineAt;
  if (!attempt || deadline === undefined) return false;
  return at >= deadline - Math.min(clockSkewMs, (deadline - attempt.intendedAt) / 10);
}

/** The entry point stopped the script by itself; so the run's end is one as if the sweep had. */
function atDeadline(run: Run, { exitCode }: StopCause, at: Instant): Pick<AttemptEnd, 'state' | 'outcome' | 'stop'> {
  const deadline = currentAttempt(run)?.deadlineAt ?? at;
  const by = overrunOf(run, deadline);
  const stop = { by, why: deadlineWhy(run, by), at } as const;
  return { ...stopEnd(stop, { exitCode }), stop };
}
