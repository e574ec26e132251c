import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { TaskAnswer } from '../aws/task-request.ts';
import type { Config } from '../config/config.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import type { Admission } from './admission.ts';
import { afterLaunch, ended, endedByStop, waiting } from './after-launch.ts';
import { taskIdOf } from './attempts.ts';
import { decideItem, type ItemTurn } from './decide-fan-out.ts';
import { decideLaunch } from './decide-launch.ts';
import { advanceFanOut } from './fan-out.ts';
import { withIntent } from './launch-intent.ts';
import { forgetDefinition, type PrepareDeps, prepareLaunch } from './prepare-launch.ts';
import { withPresentSpec } from './present-spec.ts';
import { type Attempt, type Run, type Stop, terminalRunStates } from './run.ts';
import { settleRun } from './settle.ts';
import { needsSettling } from './settling.ts';
import { carryOutStop } from './stop-run.ts';
import { rememberTask } from './task-pointer.ts';
import type { Pacer } from './token-bucket.ts';

export interface LaunchDeps extends Omit<PrepareDeps, 'ecs'> {
  ecs: EcsTasks;
  stores: Pick<Stores, 'runs' | 'table'>;
  config: Pick<Config, 'jobs' | 'limits'>;
  admission: Admission;
  pace: Pacer;
}
/** `next`: runs that may go on now. `waits`: not before `until`. `item-ended`: to be settled with others of its fan-out. */
export type LaunchResult =
  | { kind: 'moved' | 'nothing'; next?: readonly string[] }
  | { kind: 'waits'; until: Instant }
  | { kind: 'item-ended'; run: Run };

/** Brings one run as far as it can go now, and what follows from its end; safe to repeat at any line. */
export async function launchRun(id: string, deps: LaunchDeps): Promise<LaunchResult> {
  const { runs } = deps.stores;
  const stored = await runs.get(id);
  if (!stored) return { kind: 'nothing' };
  const run = stored.value;
  if (needsSettling(run)) {
    if (Object.keys(stored.outbox).length > 0) await runs.flush(id);
    return run.trigger.kind === 'item'
      ? { kind: 'item-ended', run }
      : { kind: 'moved', ...(await settleRun(run, deps)) };
  }
  const decision = decideLaunch(run, deps.now());
  switch (decision.kind) {
    case 'nothing':
      await runs.flush(id);
      return run.fanOut && !terminalRunStates.has(run.state) ? goOnWithItems(run, deps) : { kind: 'nothing' };
    case 'wait':
      if (Object.keys(stored.outbox).length > 0) await runs.flush(id);
      return { kind: 'waits', until: decision.until };
    case 'lost':
    case 'expired': {
      const state = decision.kind === 'lost' ? 'lost' : 'timed-out';
      await runs.update(id, (run) =>
        decideLaunch(run, deps.now()).kind === decision.kind
          ? ended(run, state, decision.outcome, deps.now())
          : undefined,
      );
      return { kind: 'moved' };
    }
    case 'prepare':
      return letInAndLaunch(run, decision.number, deps);
    case 'repeat':
      await launch(run, decision.attempt, true, deps);
      return { kind: 'moved' };
    default:
      return decision satisfies never;
  }
}

/** The items of a fan-out, unless it is not time to look at them. */
async function goOnWithItems(run: Run, deps: LaunchDeps): Promise<LaunchResult> {
  if (run.notBefore !== undefined && run.notBefore > deps.now()) return { kind: 'waits', until: run.notBefore };
  const { fanOut } = run;
  return fanOut ? { kind: 'moved', ...(await advanceFanOut({ ...run, fanOut }, deps)) } : { kind: 'nothing' };
}

/** What had a task before counts in its limits until it is settled. */
async function letInAndLaunch(run: Run, number: number, deps: LaunchDeps): Promise<LaunchResult> {
  if (!Object.hasOwn(deps.config.jobs, run.job)) return endRemoved(run, deps);
  if (run.attempts.length > 0) return prepareAndLaunch(run, number, deps);
  const turn = await itemTurn(run, deps);
  // Its fan-out, which stands in the queue too, counts it next.
  if (turn.kind === 'not-yet') return { kind: 'waits', until: plus(deps.now(), lookAgainMs) };
  if (turn.kind === 'stopped') return endStopped(run, turn.stop, deps);
  const fresh = await withPresentSpec(run, deps);
  if (!fresh) return { kind: 'moved', next: [run.id] };
  const { kind, next } = await deps.admission.admit(fresh);
  if (kind === 'out') return { kind: 'moved', next };
  const result = await (fresh.fanOut ? goOnWithItems(fresh, deps) : prepareAndLaunch(fresh, number, deps));
  return 'next' in result || result.kind === 'moved' ? { kind: 'moved', next: [...next, ...nextOf(result)] } : result;
}

const lookAgainMs = 1_000;

async function itemTurn({ trigger }: Run, { stores }: LaunchDeps): Promise<ItemTurn> {
  const parent = trigger.kind === 'item' ? await stores.runs.get(trigger.parent) : undefined;
  return trigger.kind === 'item' && parent ? decideItem(trigger.index, parent.value) : { kind: 'go' };
}

async function endStopped({ id }: Run, stop: Omit<Stop, 'at'>, { stores, now }: LaunchDeps): Promise<LaunchResult> {
  await stores.runs.update(id, (run) =>
    run.state === 'queued' ? endedByStop(run, { ...stop, at: now() }, now()) : undefined,
  );
  return { kind: 'moved', next: [id] };
}

const nextOf = (result: LaunchResult) => ('next' in result ? (result.next ?? []) : []);

async function endRemoved(run: Run, { stores, now }: LaunchDeps): Promise<LaunchResult> {
  const outcome = {
    kind: 'removed',
    cause: `the job ${run.job} is no longer in batuta.yml`,
    hint: 'put it back and start the run again, if it is still wanted',
  };
  await stores.runs.update(run.id, (current) =>
    current.state === 'queued' ? ended(current, 'failed', outcome, now()) : undefined,
  );
  return { kind: 'moved' };
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
    const { parked: _, ...letIn } = now;
    return withIntent(letIn, prepared);
  });
  if (intended) await launch(run, intended, false, deps);
  return { kind: 'moved' };
}

/** `failures[]` are believed when the same request, sent again, is refused again: else it names the task. */
async function runTaskSurely(attempt: Attempt, deps: LaunchDeps): Promise<{ answer: TaskAnswer; looked: boolean }> {
  const answer = await paced(attempt, deps);
  if (answer.kind !== 'refused' || answer.proven) return { answer, looked: false };
  return { answer: await paced(attempt, deps), looked: true };
}

async function paced(attempt: Attempt, { pace, ecs }: LaunchDeps): Promise<TaskAnswer> {
  await pace.wait();
  const answer = await ecs.runTask(attempt.request);
  pace.heard(answer.kind === 'throttled');
  return answer;
}

async function launch(run: Run, attempt: Attempt, repeated: boolean, deps: LaunchDeps): Promise<void> {
  const { answer: told, looked } = await runTaskSurely(attempt, deps);
  const answer = await withFreshDefinition(run, told, deps);
  const { number } = attempt;
  if (answer.kind === 'started')
    await rememberTask(deps.cache, taskIdOf(answer.taskArn), { runId: run.id, attempt: number });
  const stored = await deps.stores.runs.update(run.id, (now) =>
    afterLaunch(now, { number, repeated: repeated || looked }, answer, deps.now()),
  );
  // Stopped while it was launched.
  if (stored) await carryOutStop(stored.value, deps);
}

/** A definition that someone deregistered is refused for good, but a new one is soon made; tried thrice. */
async function withFreshDefinition(run: Run, answer: TaskAnswer, deps: LaunchDeps): Promise<TaskAnswer> {
  const isGone = answer.kind === 'refused' && /task ?definition/i.test(`${answer.reason} ${answer.detail}`);
  if (!isGone || (run.waits ?? 0) >= 3) return answer;
  await forgetDefinition(run.spec, deps);
  return { ...answer, retryable: true };
}
