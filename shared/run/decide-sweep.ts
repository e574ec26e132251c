import type { Task } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';
import { ended } from './after-launch.ts';
import { currentAttempt, withAttempt } from './attempts.ts';
import { type Run, terminalRunStates } from './run.ts';

export type StopDecision = 'nothing' | 'past-deadline' | 'stop-again';

/** Whether a run on its way has to be stopped; a recorded stop is carried out until ECS has taken it up. */
export function decideStop(run: Run, task: Pick<Task, 'desiredStatus'> | undefined, now: Instant): StopDecision {
  if (terminalRunStates.has(run.state)) return 'nothing';
  if (run.stop) return task?.desiredStatus === 'STOPPED' ? 'nothing' : 'stop-again';
  return run.deadlineAt !== undefined && now >= run.deadlineAt ? 'past-deadline' : 'nothing';
}

/** A task just launched may be unknown to DescribeTasks for minutes; one that stopped is known for an hour. */
const missingForMs = 10 * 60_000;

/** The run of a task that ECS does not know: noted first, lost when it stays so; undefined: nothing new. */
export function afterMissing(run: Run, taskArn: string, now: Instant): Run | undefined {
  const attempt = currentAttempt(run);
  if (terminalRunStates.has(run.state) || attempt?.taskArn !== taskArn) return undefined;
  if (attempt.missingSince === undefined) return withAttempt(run, { missingSince: now });
  if (now - attempt.missingSince < missingForMs) return undefined;
  const outcome = {
    kind: 'lost',
    cause: 'ECS no longer knows its task, and how it ended is not known',
    hint: "read the run's log; start the job again if it did not finish",
  };
  return ended(run, 'lost', outcome, now);
}

/** Seen again. */
export function afterFound(run: Run): Run | undefined {
  const attempt = currentAttempt(run);
  if (attempt?.missingSince === undefined) return undefined;
  const { missingSince: _, ...found } = attempt;
  return { ...run, attempts: [...run.attempts.slice(0, -1), found] };
}
