import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { TaskAnswer } from '../aws/task-request.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { afterLaunch, ended, waiting } from './after-launch.ts';
import { taskIdOf } from './attempts.ts';
import { decideLaunch } from './decide-launch.ts';
import { withIntent } from './launch-intent.ts';
import { forgetDefinition, type PrepareDeps, prepareLaunch } from './prepare-launch.ts';
import type { Attempt, Run } from './run.ts';
import { rememberTask } from './task-pointer.ts';

export interface LaunchDeps extends Omit<PrepareDeps, 'ecs'> {
  ecs: EcsTasks;
  stores: Pick<Stores, 'runs'>;
  /** Waits for the account's pace before each RunTask. */
  pace(): Promise<void>;
}
/** `waits`: not before `until`. */
export type LaunchResult = { kind: 'moved' | 'nothing' } | { kind: 'waits'; until: Instant };

/** Brings one run as far as it can go now; safe to repeat at any line. */
export async function launchRun(id: string, deps: LaunchDeps): Promise<LaunchResult> {
  const { runs } = deps.stores;
  const stored = await runs.get(id);
  if (!stored) return { kind: 'nothing' };
  const decision = decideLaunch(stored.value, deps.now());
  switch (decision.kind) {
    case 'nothing':
      await runs.flush(id);
      return { kind: 'nothing' };
    case 'wait':
      if (Object.keys(stored.outbox).length > 0) await runs.flush(id);
      return { kind: 'waits', until: decision.until };
    case 'lost':
      await runs.update(id, (run) =>
        decideLaunch(run, deps.now()).kind === 'lost' ? ended(run, 'lost', decision.outcome, deps.now()) : undefined,
      );
      return { kind: 'moved' };
    case 'prepare':
      return prepareAndLaunch(stored.value, decision.number, deps);
    case 'repeat':
      await launch(stored.value, decision.attempt, true, deps);
      return { kind: 'moved' };
    default:
      return decision satisfies never;
  }
}

async function prepareAndLaunch(run: Run, number: number, deps: LaunchDeps): Promise<LaunchResult> {
  const prepared = await prepareLaunch(run, number, deps);
  let intended: Attempt | undefined;
  await deps.stores.runs.update(run.id, (now) => {
    intended = undefined;
    // Stopped, or taken by another worker, while this one prepared.
    const decision = decideLaunch(now, deps.now());
    if (decision.kind !== 'prepare' || decision.number !== number) return undefined;
    if (prepared.kind === 'later') return waiting(now, 'queued', prepared.why, deps.now());
    if (prepared.kind === 'failed') return ended(now, 'failed', prepared.outcome, deps.now());
    intended = prepared.attempt;
    return withIntent(now, prepared);
  });
  if (intended) await launch(run, intended, false, deps);
  return { kind: 'moved' };
}

/** `failures[]` are believed when the same request, sent again, is refused again: else it names the task. */
async function runTaskSurely(attempt: Attempt, deps: LaunchDeps): Promise<{ answer: TaskAnswer; looked: boolean }> {
  await deps.pace();
  const answer = await deps.ecs.runTask(attempt.request);
  if (answer.kind !== 'refused' || answer.proven) return { answer, looked: false };
  await deps.pace();
  return { answer: await deps.ecs.runTask(attempt.request), looked: true };
}

async function launch(run: Run, attempt: Attempt, repeated: boolean, deps: LaunchDeps): Promise<void> {
  const { answer: told, looked } = await runTaskSurely(attempt, deps);
  const answer = await withFreshDefinition(run, told, deps);
  const { number } = attempt;
  if (answer.kind === 'started')
    await rememberTask(deps.cache, taskIdOf(answer.taskArn), { runId: run.id, attempt: number });
  await deps.stores.runs.update(run.id, (now) =>
    afterLaunch(now, { number, repeated: repeated || looked }, answer, deps.now()),
  );
}

/** A definition that someone deregistered is refused for good, but a new one is soon made; tried thrice. */
async function withFreshDefinition(run: Run, answer: TaskAnswer, deps: LaunchDeps): Promise<TaskAnswer> {
  const isGone = answer.kind === 'refused' && /task ?definition/i.test(`${answer.reason} ${answer.detail}`);
  if (!isGone || (run.waits ?? 0) >= 3) return answer;
  await forgetDefinition(run.spec, deps);
  return { ...answer, retryable: true };
}
