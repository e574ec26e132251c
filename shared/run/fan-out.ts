import type { Config } from '../config/config.ts';
import { type RunId, runIdOf } from '../core/ids.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import type { Admission } from './admission.ts';
import { ended } from './after-launch.ts';
import { limitsOf } from './decide-admission.ts';
import { decideFanOut } from './decide-fan-out.ts';
import { setOutcomes, withOutcomes } from './fan-out-counts.ts';
import { chunkSize, type FanOutStore, fanOutStore } from './fan-out-store.ts';
import { inParallel } from './in-parallel.ts';
import { paramsOfItems } from './present-spec.ts';
import { requestRun } from './request-run.ts';
import { type FanOut, type Run, terminalRunStates } from './run.ts';
import { markSettled } from './settle.ts';
import { type StopDeps, stopRun } from './stop-run.ts';

export interface FanOutDeps extends StopDeps {
  stores: Pick<Stores, 'runs' | 'table'>;
  config: Pick<Config, 'jobs' | 'limits'>;
  admission: Admission;
  now(): Instant;
}

type Parent = Run & { fanOut: FanOut };
const isParent = (run: Run | undefined): run is Parent => run?.fanOut !== undefined;

/** Looked at again after this, should no item's end call it. */
const patienceMs = 5 * 60_000;
const width = 10;

export const itemRunId = (parent: string, index: number): RunId => runIdOf('item', parent, String(index));

/** Carries a fan-out that was let in one step on; safe to repeat. Resolves with runs to go on with. */
export async function advanceFanOut(run: Parent, deps: FanOutDeps): Promise<{ next: string[] }> {
  const decision = decideFanOut({ ...run, fanOut: withinLimits(run, deps.config) });
  switch (decision.kind) {
    case 'start':
      return startItems(run, decision, deps);
    case 'stop-items':
      await stopItems(run, deps);
      await rest(run, deps);
      return { next: [] };
    case 'wait':
      await rest(run, deps);
      return { next: [] };
    case 'ended':
      await deps.stores.runs.update(run.id, (now) => (isParent(now) ? withEnd(now, deps.now()) : undefined));
      return { next: [run.id] };
    default:
      return decision satisfies never;
  }
}

/** No more become runs than its items' limits let in: they would fill the queue there, and be skipped once it is full. */
function withinLimits({ fanOut, ...run }: Parent, config: FanOutDeps['config']): FanOut {
  const item: Run = { ...run, trigger: { kind: 'item', parent: run.id, index: 0 } };
  const most = limitsOf(item, config).map(({ atOnce }) => atOnce);
  return { ...fanOut, maxParallel: Math.min(fanOut.maxParallel, ...most) };
}

/**
 * Items first, then the mark of how far it is: after a crash the same items are made, which are there already.
 * Before the first it leaves the queue, since a stop there ends it at once and would leave the items behind.
 */
async function startItems(run: Parent, { from, count }: { from: number; count: number }, deps: FanOutDeps) {
  const { runs } = deps.stores;
  if (run.state === 'queued' && !(await begin(run, deps))) return { next: [] };
  const items = await itemsBetween(run.fanOut, from, from + count, fanOutStore(deps.stores.table));
  const params = paramsOfItems(
    run,
    items.map(({ item }) => item),
  );
  const made = await inParallel([...items.entries()], width, async ([offset, { index }]) => {
    const trigger = { kind: 'item', parent: run.id, index } as const;
    return (await requestRun({ job: run.spec, params: {}, ...params[offset], trigger }, deps)).run;
  });
  // Made before a crash and stopped since: counted from now on.
  const ended = made.filter(({ state }) => terminalRunStates.has(state));
  const outcomes = await setOutcomes(run.fanOut.key, ended, fanOutStore(deps.stores.table));
  await runs.update(run.id, (now) =>
    isParent(now) && now.fanOut.started === from
      ? withOutcomes({ ...now, fanOut: { ...now.fanOut, started: from + count } }, outcomes, deps.now())
      : undefined,
  );
  return { next: [...made.map(({ id }) => id), run.id] };
}

/** False where it was stopped first. */
async function begin({ id }: Parent, { stores, now }: FanOutDeps): Promise<boolean> {
  const stored = await stores.runs.update(id, (run) => {
    if (run.state !== 'queued') return undefined;
    const { notBefore: _, waitingFor: __, parked: ___, ...known } = run;
    return { ...known, state: 'running', startedAt: run.startedAt ?? now() };
  });
  return stored?.value.state === 'running';
}

async function itemsBetween({ key }: FanOut, from: number, to: number, store: FanOutStore) {
  const found = [];
  for (let index = from; index < to; ) {
    const number = Math.floor(index / chunkSize);
    const { items } = await store.chunk(key, number);
    const end = Math.min(to, (number + 1) * chunkSize);
    for (; index < end; index++) found.push({ index, item: items[index % chunkSize] ?? {} });
  }
  return found;
}

/** Those that became runs and have no outcome yet. */
async function stopItems(run: Parent, deps: FanOutDeps): Promise<void> {
  const store = fanOutStore(deps.stores.table);
  const { key, started } = run.fanOut;
  for (let number = 0; number * chunkSize < started; number++) {
    const { outcomes } = await store.chunk(key, number);
    const end = Math.min(started, (number + 1) * chunkSize);
    const open = Array.from({ length: end - number * chunkSize }, (_, offset) => number * chunkSize + offset);
    const left = open.filter((index) => !Object.hasOwn(outcomes, String(index)));
    const { by, why } = run.stop ?? { by: 'user', why: 'its fan-out was stopped' };
    await inParallel(left, width, (index) => stopRun(itemRunId(run.id, index), by, why, deps));
  }
}

/** It sleeps until an item ends, unless it was stopped since it was looked at. */
async function rest({ id, stop }: Parent, { stores, now }: FanOutDeps): Promise<void> {
  await stores.runs.update(id, (run) => {
    const isNews = run.stop !== undefined && stop === undefined;
    if (isNews || terminalRunStates.has(run.state) || (run.notBefore ?? 0) > now()) return undefined;
    return { ...run, notBefore: plus(now(), patienceMs) };
  });
}

function withEnd(run: Parent, now: Instant): Run | undefined {
  if (terminalRunStates.has(run.state)) return undefined;
  const decision = decideFanOut(run);
  if (decision.kind !== 'ended') return undefined;
  if (decision.outcome) {
    const state = decision.state === 'stopped' ? 'stopped' : 'failed';
    return ended(run, state, decision.outcome, now);
  }
  const { notBefore: _, ...known } = run;
  return { ...known, state: 'succeeded', finishedAt: now };
}

/**
 * What ended items mean for their fan-out, many at once: outcomes set in the chunk, counts taken from the chunk,
 * never counted up, so that a repeat counts nothing twice. Resolves with the runs that may go on.
 */
export async function settleItems(
  parent: string,
  items: readonly Run[],
  deps: FanOutDeps,
): Promise<{ next: string[] }> {
  await tellParent(parent, items, deps);
  const next = new Set([parent]);
  await inParallel(items, width, async (item) => {
    for (const id of (await deps.admission.release(item)).next) next.add(id);
    await markSettled(item.id, deps);
  });
  return { next: [...next] };
}

export const parentOf = ({ trigger }: Run) => (trigger.kind === 'item' ? trigger.parent : '');

async function tellParent(parent: string, ended: readonly Run[], deps: FanOutDeps): Promise<void> {
  const stored = await deps.stores.runs.get(parent);
  if (!stored || !isParent(stored.value)) return;
  const outcomes = await setOutcomes(stored.value.fanOut.key, ended, fanOutStore(deps.stores.table));
  await deps.stores.runs.update(parent, (run) => (isParent(run) ? withOutcomes(run, outcomes, deps.now()) : undefined));
}
