import type { Task } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';
import { applyEnd, decideEnd } from './after-attempt.ts';
import { currentAttempt, withAttempt } from './attempts.ts';
import { overrunOf } from './deadlines.ts';
import { type Run, terminalRunStates } from './run.ts';
import { endOfLost } from './run-end.ts';

export type StopDecision = 'nothing' | 'stop-again' | 'timeout' | 'attempt-timeout';

/** Whether a run on its way has to be stopped; a recorded stop is carried out until ECS has taken it up. */
export function decideStop(run: Run, task: Pick<Task, 'desiredStatus'> | undefined, now: Instant): StopDecision {
  const attempt = currentAttempt(run);
  // Queued for a retry: the launch worker's.
  if (terminalRunStates.has(run.state) || run.state === 'queued' || attempt?.stoppedAt !== undefined) return 'nothing';
  if (run.stop) return task?.desiredStatus === 'STOPPED' ? 'nothing' : 'stop-again';
  const deadlineAt = attempt?.deadlineAt ?? run.deadlineAt;
  return deadlineAt !== undefined && now >= deadlineAt ? overrunOf(run, now) : 'nothing';
}

/** A task just launched may be unknown to DescribeTasks for minutes; one that stopped is known for an hour. */
const missingForMs = 10 * 60_000;

/** The run of a task that ECS does not know: noted first, lost when it stays so; undefined: nothing new. */
export function afterMissing(run: Run, taskArn: string, now: Instant): Run | undefined {
  const attempt = currentAttempt(run);
  if (terminalRunStates.has(run.state) || attempt?.taskArn !== taskArn || attempt.stoppedAt !== undefined)
    return undefined;
  if (attempt.missingSince === undefined) return withAttempt(run, { missingSince: now });
  if (now - attempt.missingSince < missingForMs) return undefined;
  return applyEnd(run, decideEnd(run, endOfLost(run, now)));
}

/** Seen again. */
export function afterFound(run: Run): Run | undefined {
  const attempt = currentAttempt(run);
  if (attempt?.missingSince === undefined) return undefined;
  const { missingSince: _, ...found } = attempt;
  return { ...run, attempts: [...run.attempts.slice(0, -1), found] };
}
