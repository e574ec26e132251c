import type { PriceConfig } from '../config/config.ts';
import { type Instant, iso } from '../core/time.ts';
import { attemptSeconds, costOf } from '../run/cost.ts';
import { countsOf } from '../run/decide-fan-out.ts';
import { nextRunsOf } from '../run/next-runs.ts';
import { noteOf } from '../run/note.ts';
import { type Attempt, type Run, terminalRunStates } from '../run/run.ts';
import { costView } from './cost-view.ts';
import { present, time } from './time-fields.ts';

const triggerView = ({ trigger }: Run) =>
  trigger.kind === 'api' ? { kind: trigger.kind, caller: trigger.caller } : trigger;

/** `waitsUntil`: the time it was asked for, or of its next try; `parked`: the limit that it waits for. */
function waitView({ state, at, notBefore, waitingFor, parked }: Run) {
  if (state !== 'queued' && state !== 'launching') return {};
  return {
    ...(parked === undefined ? time('waitsUntil', notBefore ?? at) : {}),
    ...present('waitingFor', waitingFor),
    ...present('parked', parked),
  };
}

function fanOutView({ fanOut, state }: Run) {
  if (!fanOut) return {};
  const { succeeded, failed, stopped, active, total } = countsOf(fanOut);
  const { maxParallel, failFast, vary } = fanOut;
  const left = total - succeeded - failed - stopped - active;
  const rest = terminalRunStates.has(state) ? { notStarted: left } : { waiting: left };
  return {
    fanOut: { total, succeeded, failed, stopped, active, ...rest, maxParallel, failFast, ...present('vary', vary) },
  };
}

/** A run in a list: what, for whom, and what became of it. */
export function runSummary(run: Run) {
  const { id, job, state, params, progress, outcome, retryOf } = run;
  return {
    id,
    job,
    state,
    trigger: triggerView(run),
    params,
    ...present('progress', progress),
    ...waitView(run),
    ...fanOutView(run),
    ...present('outcome', outcome),
    ...present('retryOf', retryOf),
    ...time('at', run.at),
    ...time('createdAt', run.createdAt),
    ...time('startedAt', run.startedAt),
    ...time('finishedAt', run.finishedAt),
  };
}

export type RunSummary = ReturnType<typeof runSummary>;

function attemptView(attempt: Attempt, run: Run, now: Instant) {
  const { number, taskArn, exitCode, outcome, refused, stop, memoryMiB, fallback } = attempt;
  const seconds = attemptSeconds(attempt, run, now);
  return {
    number,
    ...present('taskArn', taskArn),
    ...time('intendedAt', attempt.intendedAt),
    ...time('startedAt', attempt.startedAt),
    ...time('stoppedAt', attempt.stoppedAt),
    ...time('deadlineAt', attempt.deadlineAt),
    ...present('exitCode', exitCode),
    ...present('refused', refused),
    ...present('outcome', outcome),
    ...(stop ? { stop: { by: stop.by, why: stop.why } } : {}),
    ...present('memoryMiB', memoryMiB),
    ...present('fallback', fallback),
    ...present('seconds', seconds === undefined ? undefined : Math.round(seconds)),
  };
}

const noticesView = ({ notices }: Run) =>
  present(
    'notices',
    notices?.map(({ at, text }) => ({ ...time('at', at), text })),
  );

/** What came before in its chain, and what its end started. */
function chainView(run: Run) {
  const next = nextRunsOf(run);
  return { ...present('steps', run.steps), ...(next.length > 0 ? { next } : {}) };
}

/** A run as the API shows it: times in ISO 8601, no secrets (a run holds only their names). */
export function runView(run: Run, { prices, now }: { prices: PriceConfig; now: Instant }) {
  const { outputs, missed, late, stop, fanOut } = run;
  return {
    ...runSummary(run),
    outputs,
    ...noticesView(run),
    ...present('note', noteOf(run)),
    ...present('missed', missed),
    ...(late ? { late: { at: iso(late.at), why: late.why } } : {}),
    ...(stop ? { stop: { by: stop.by, why: stop.why } } : {}),
    ...time('deadlineAt', run.deadlineAt),
    attempts: run.attempts.map((attempt) => attemptView(attempt, run, now)),
    ...chainView(run),
    // What a fan-out costs its items do: too many to read for one look.
    ...(fanOut ? {} : { cost: costView(costOf(run, prices, now)) }),
  };
}

export type RunView = ReturnType<typeof runView>;
