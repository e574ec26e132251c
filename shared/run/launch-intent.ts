import { jobContainer } from '../aws/job-task-definition.ts';
import type { StopCause } from '../aws/task.ts';
import type { TaskRequest } from '../aws/task-request.ts';
import { paramEnvironment, renderArgs } from '../config/job-parameters.ts';
import { type Instant, plus } from '../core/time.ts';
import { startedByOf } from '../events/task-state-change.ts';
import { capacityOf, memoryOf, usesFallback } from './attempt-place.ts';
import { currentAttempt } from './attempts.ts';
import type { LaunchSettings } from './launch-settings.ts';
import type { Attempt, Run } from './run.ts';

/** RunTask's limit, counted in characters of JSON. */
const overridesLimit = 8192;

export type Intent = { kind: 'ready'; attempt: Attempt; deadlineAt: Instant } | { kind: 'failed'; outcome: StopCause };

const fail = (cause: string, hint: string): Intent => ({ kind: 'failed', outcome: { kind: 'start', cause, hint } });

function overridesOf(run: Run, deadlineAt: Instant, memoryMiB: number | undefined): TaskRequest['overrides'] {
  const { command, args } = run.spec;
  const argv = [...command, ...renderArgs(args, run.params)];
  const environment = {
    ...paramEnvironment(run.params),
    BATUTA_RUN_ID: run.id,
    BATUTA_DEADLINE: `${deadlineAt}`,
  };
  return {
    ...(memoryMiB === undefined ? {} : { memory: `${memoryMiB}` }),
    containerOverrides: [
      {
        name: jobContainer,
        ...(argv.length > 0 ? { command: argv } : {}),
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
    ],
  };
}

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
  const overrides = overridesOf(run, attemptEndsAt, memoryMiB);
  const size = JSON.stringify(overrides).length;
  if (size > overridesLimit)
    return fail(
      `arguments and parameters are ${size} characters of JSON, RunTask takes at most ${overridesLimit}`,
      'pass large input by reference: an S3 key instead of its content',
    );
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
