import type { StopCause } from '../aws/task.ts';
import type { FailureClass } from '../config/config.ts';
import { type Instant, plus } from '../core/time.ts';
import { tasksOf } from './attempts.ts';
import { backoffMs } from './backoff.ts';
import type { Run } from './run.ts';

/** An attempt that did not succeed. */
export interface Failure {
  outcome: StopCause;
  /** Whether the script can have begun. */
  began: boolean;
  at: Instant;
}

export type RetryDecision =
  | { kind: 'retry'; notBefore: Instant; because: FailureClass; waitingFor: string }
  | { kind: 'no'; why: 'not-wanted' | 'used-up' }
  /** The next attempt would begin after the run's deadline. */
  | { kind: 'no'; why: 'no-time'; waitingFor: string };

/** Somebody meant it. */
const meant: ReadonlySet<string> = new Set(['user', 'replaced', 'fail-fast']);
/** The machine was taken away: by Spot, by Fargate's maintenance or with its EC2 instance. The script did nothing wrong. */
const takenAway: ReadonlySet<string> = new Set(['spot', 'maintenance']);

/**
 * What a failure counts as, `any` included. `start` is everything before the script began, whatever its
 * reason. A lost task may have done its work, so only `any` repeats it; a task that somebody stopped in ECS
 * is not repeated at all.
 */
export function failureClassesOf({ outcome: { kind, exitCode }, began }: Omit<Failure, 'at'>): FailureClass[] {
  if (meant.has(kind)) return [];
  if (kind === 'lost') return ['any'];
  const classes: FailureClass[] = began ? [] : ['start'];
  if (takenAway.has(kind)) classes.push('spot');
  if (kind === 'oom' || kind === 'timeout' || kind === 'capacity') classes.push(kind);
  if (exitCode !== undefined && exitCode !== 0) classes.push(`exit:${exitCode}`);
  return [...classes, 'any'];
}

/** Whether the policy's entry covers the class: `exit:1-9` covers `exit:3`. */
function covers(wanted: FailureClass, found: FailureClass): boolean {
  if (wanted === found) return true;
  const [, from, to = from] = /^exit:(\d+)(?:-(\d+))?$/.exec(wanted) ?? [];
  const [, code] = /^exit:(\d+)$/.exec(found) ?? [];
  return from !== undefined && code !== undefined && Number(from) <= Number(code) && Number(code) <= Number(to);
}

/** Whether the run's current attempt, which failed, is followed by another. Attempts are counted by their tasks. */
export function decideRetry(run: Run, failure: Failure): RetryDecision {
  const { retry } = run.spec;
  const classes = failureClassesOf(failure);
  const because = retry?.on.find((wanted) => classes.some((found) => covers(wanted, found)));
  if (!retry || because === undefined) return { kind: 'no', why: 'not-wanted' };
  const tasks = tasksOf(run).length;
  if (tasks >= retry.attempts) return { kind: 'no', why: 'used-up' };
  const pace = { baseMs: retry.backoffMs, maxMs: retry.maxBackoffMs };
  const notBefore = plus(failure.at, backoffMs(`${run.id}#retry`, tasks - 1, pace));
  const waitingFor = `attempt ${tasks + 1} of ${retry.attempts} after ${failure.outcome.cause}`;
  if (run.deadlineAt !== undefined && notBefore >= run.deadlineAt) return { kind: 'no', why: 'no-time', waitingFor };
  return { kind: 'retry', notBefore, because, waitingFor };
}
