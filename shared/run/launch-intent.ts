import type { StopCause } from '../aws/task.ts';
import type { TaskRequest } from '../aws/task-request.ts';
import { type Instant, plus } from '../core/time.ts';
import { startedByOf } from '../events/task-state-change.ts';
import { capacityOf, memoryOf, usesFallback } from './attempt-place.ts';
import { currentAttempt, tasksOf } from './attempts.ts';
import type { LaunchSettings } from './launch-settings.ts';
import { overridesOf, tooLarge } from './overrides.ts';
import type { Attempt, Run } from './run.ts';

export type Intent = { kind: 'ready'; attempt: Attempt; deadlineAt: Instant } | { kind: 'failed'; outcome: StopCause };

const fail = (cause: string, hint: string): Intent => ({ kind: 'failed', outcome: { kind: 'start', cause, hint } });

/** Attempt `number` of a run, as RunTask will be asked for it, now and at each repetition. */
export function intentOf(
  run: Run,
  number: number,
  taskDefinitionArn: string,
  settings: LaunchSettings,
  now: Instant,
): Intent {
  const network = run.spec.network ?? settings.network;
  if (!network)
    return fail(
      'the job has no subnets to run in',
      "set network in batuta.yml, or with `network: stack` the stack's parameter subnets",
    );
  const deadlineAt = run.deadlineAt ?? plus(now, run.spec.timeoutMs);
  const attemptEndsAt = Math.min(deadlineAt, now + (run.spec.attemptTimeoutMs ?? Infinity)) as Instant;
  const memoryMiB = memoryOf(run);
  const overrides = overridesOf(run, {
    // Launches that were refused have numbers too, and are no attempts to who writes the script.
    attempt: tasksOf(run).length + 1,
    deadlineAt: attemptEndsAt,
    ...present('memoryMiB', memoryMiB),
  });
  const large = tooLarge(overrides);
  if (large) return fail(large.cause, large.hint);
  const request: TaskRequest = {
    cluster: run.spec.cluster,
    taskDefinitionArn,
    clientToken: `${run.id}-${number}`,
    startedBy: startedByOf(settings.stage, run.id, number),
    overrides,
    network,
    ...present('capacity', capacityOf(run)),
  };
  const attempt: Attempt = {
    number,
    intendedAt: now,
    request,
    logGroup: settings.logGroup,
    deadlineAt: attemptEndsAt,
    ...present('memoryMiB', memoryMiB),
    ...(usesFallback(run) ? { fallback: true } : {}),
  };
  return { kind: 'ready', attempt, deadlineAt };
}

const present = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };

/**
 * The run with the intent recorded; a refused attempt makes room, since it has no task. What an earlier attempt
 * reported is that one's.
 */
export function withIntent(run: Run, { attempt, deadlineAt }: Extract<Intent, { kind: 'ready' }>): Run {
  const { notBefore: _, progress: __, reportedAt: ___, notices: ____, note: _____, log: ______, ...rest } = run;
  const earlier = currentAttempt(run)?.refused === undefined ? run.attempts : run.attempts.slice(0, -1);
  return { ...rest, state: 'launching', outputs: {}, attempts: [...earlier, attempt], deadlineAt };
}
