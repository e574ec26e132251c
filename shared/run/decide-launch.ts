import type { StopCause } from '../aws/task.ts';
import { type Instant, plus } from '../core/time.ts';
import { currentAttempt } from './attempts.ts';
import { queueOverrun, waitsUntil } from './deadlines.ts';
import type { Attempt, Run } from './run.ts';

/** ECS forgets a client token after 24 hours: from here on a repetition could start a second task. */
const intentLivesMs = 23 * 3_600_000;
/** A launch under way is left alone so long. */
const patienceMs = 30_000;

export type LaunchDecision =
  /** On its way, or ended. */
  | { kind: 'nothing' }
  | { kind: 'wait'; until: Instant }
  /** A new attempt, with this number. */
  | { kind: 'prepare'; number: number }
  /** RunTask again, exactly as intended: starts it, or names what it started. */
  | { kind: 'repeat'; attempt: Attempt }
  | { kind: 'lost'; outcome: StopCause }
  /** Its time was up before the next attempt began: it ends as timed-out. */
  | { kind: 'expired'; outcome: StopCause };

export function decideLaunch(run: Run, now: Instant): LaunchDecision {
  const attempt = currentAttempt(run);
  if (run.state === 'queued') {
    const outcome = queueOverrun(run, now);
    if (outcome) return { kind: 'expired', outcome };
    if (run.notBefore !== undefined && run.notBefore > now)
      return { kind: 'wait', until: Math.min(run.notBefore, waitsUntil(run) ?? Infinity) as Instant };
    return { kind: 'prepare', number: (attempt?.number ?? 0) + 1 };
  }
  if (run.state !== 'launching' || !attempt) return { kind: 'nothing' };
  const until = run.notBefore ?? plus(attempt.intendedAt, patienceMs);
  if (until > now) return { kind: 'wait', until };
  if (now - attempt.intendedAt < intentLivesMs) return { kind: 'repeat', attempt };
  return {
    kind: 'lost',
    outcome: {
      kind: 'lost',
      cause: 'RunTask was tried for 23 hours and it is not known whether a task started',
      hint: `look in ECS for a task with startedBy ${attempt.request.startedBy}; then start the job again`,
    },
  };
}
