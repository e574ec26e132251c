import type { StopCause } from '../aws/task.ts';
import { type Instant, plus } from '../core/time.ts';
import { tasksOf } from './attempts.ts';
import type { Run } from './run.ts';

/** For people: in the largest unit that needs no fraction. */
function duration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

/** Why a run, or its attempt, that is past its deadline is stopped. */
export const deadlineWhy = (run: Run, by: 'timeout' | 'attempt-timeout'): string =>
  by === 'timeout' || run.spec.attemptTimeoutMs === undefined
    ? `it ran longer than its timeout of ${duration(run.spec.timeoutMs)}`
    : `attempt ${tasksOf(run).length} ran longer than attemptTimeout, ${duration(run.spec.attemptTimeoutMs)}`;

/** Whose time was up first. */
export const overrunOf = (run: Run, now: Instant): 'timeout' | 'attempt-timeout' =>
  run.deadlineAt !== undefined && now < run.deadlineAt ? 'attempt-timeout' : 'timeout';

export const timeoutOutcome = (key: string, cause: string, exitCode?: number): StopCause => ({
  kind: 'timeout',
  cause,
  hint: `raise ${key}, or make the script do less in one run`,
  ...(exitCode === undefined ? {} : { exitCode }),
});

/** Until when it may wait for its first task. */
const queueDeadline = (run: Run): Instant | undefined =>
  run.spec.queueTimeoutMs === undefined || tasksOf(run).length > 0
    ? undefined
    : plus(run.at ?? run.createdAt, run.spec.queueTimeoutMs);

/** When a queued run's time is up, although nothing of it goes on. */
export function waitsUntil(run: Run): Instant | undefined {
  const ends = [queueDeadline(run), run.deadlineAt].filter((at) => at !== undefined);
  return ends.length > 0 ? (Math.min(...ends) as Instant) : undefined;
}

/** Why a queued run's time is up; undefined while it is not. */
export function queueOverrun(run: Run, now: Instant): StopCause | undefined {
  const until = queueDeadline(run);
  const after = run.waitingFor ? `: ${run.waitingFor}` : '';
  if (until !== undefined && now >= until)
    return {
      kind: 'timeout',
      cause: `it waited longer than its queueTimeout of ${duration(run.spec.queueTimeoutMs ?? 0)}${after}`,
      hint: 'raise queueTimeout, or make room for it: fewer runs at once, more capacity',
    };
  return run.deadlineAt !== undefined && now >= run.deadlineAt ? noTimeLeft(run, run.waitingFor) : undefined;
}

/** The run's time was up before the next attempt began. */
export const noTimeLeft = (run: Run, waitingFor: string | undefined): StopCause =>
  timeoutOutcome(
    'timeout',
    `its timeout of ${duration(run.spec.timeoutMs)} left no time for another attempt${waitingFor ? `: ${waitingFor}` : ''}`,
  );
