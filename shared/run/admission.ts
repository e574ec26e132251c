import type { Config } from '../config/config.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { ended } from './after-launch.ts';
import { waitsUntil } from './deadlines.ts';
import { type Claim, decideClaim, type Limit, limitsOf } from './decide-admission.ts';
import { type Run, terminalRunStates } from './run.ts';
import { type SlotStore, type Slots, slotStore } from './slots.ts';
import { type StopDeps, stopRun } from './stop-run.ts';
import { type WaitingLine, waitingLine } from './waiting-line.ts';

export interface AdmissionDeps extends StopDeps {
  stores: Pick<Stores, 'runs' | 'table'>;
  config: Pick<Config, 'jobs' | 'limits'>;
  now(): Instant;
}

/** `next`: runs that may be let in now, by id. */
export interface Admission {
  /** `in`: it counts in each of its limits. Else it waits, or has ended as skipped. Safe to repeat. */
  admit(run: Run): Promise<{ kind: 'in' | 'out'; next: string[] }>;
  /** Gives back what an ended run holds, or was to wait for; safe to repeat. */
  release(run: Run): Promise<{ next: string[] }>;
}

/** A parked run is looked at again after this, should it never be called. */
const parkedMs = 5 * 60_000;
/** How often it is made sure that those who hold a full limit still go on. */
const checkEveryMs = 60_000;

/**
 * Who may run now. Only the launch worker asks, under its lease and one run after the other: a limit is held at
 * every instant because nobody else writes slots. Intent before effect: a run notes its limits before it counts
 * in them, so that an end at any point gives back what it may hold.
 */
export function admission(deps: AdmissionDeps): Admission {
  const { runs, table } = deps.stores;
  const slots = slotStore(table);
  const line = waitingLine(table);
  const tools: Tools = { ...deps, slots, line };
  return inTurn({
    async admit(run) {
      const limits = limitsOf(run, deps.config);
      if (limits.length === 0) return { kind: 'in', next: [] };
      const noted = await noteScopes(run, limits, deps);
      if (!noted) return { kind: 'out', next: [] };
      const next: string[] = [];
      for (const limit of limits) {
        const claimed = await claim(noted, limit, tools);
        next.push(...claimed.next);
        if (!claimed.held) return { kind: 'out', next };
      }
      return { kind: 'in', next };
    },
    async release(run) {
      const next: string[] = [];
      for (const scope of run.admitted?.scopes ?? []) {
        const left = await line.leave(scope, run);
        await slots.change(scope, ({ running, waiting, checkedAt }) => {
          if (!left && !running.includes(run.id)) return undefined;
          const still = running.filter((id) => id !== run.id);
          return { running: still, waiting: Math.max(0, waiting - (left ? 1 : 0)), checkedAt };
        });
        const front = await nextOf(scope, { runs, slots, line });
        if (front) next.push(await called(front, runs, deps.now()));
      }
      return { next };
    },
  });
}

interface Tools extends AdmissionDeps {
  slots: SlotStore;
  line: WaitingLine;
}

/** One call after the other, whoever asks: what one decides, the next one sees. */
function inTurn({ admit, release }: Admission): Admission {
  let last: Promise<unknown> = Promise.resolve();
  const after = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  return { admit: (run) => after(() => admit(run)), release: (run) => after(() => release(run)) };
}

/** The run with its limits noted; undefined where it is not to be launched any more. */
async function noteScopes(run: Run, limits: readonly Limit[], { stores, now }: AdmissionDeps) {
  const scopes = limits.map(({ scope }) => scope);
  if (scopes.every((scope) => run.admitted?.scopes.includes(scope))) return run;
  const stored = await stores.runs.update(run.id, (current) =>
    current.state === 'queued'
      ? {
          ...current,
          admitted: { scopes: [...new Set([...(current.admitted?.scopes ?? []), ...scopes])], at: now() },
        }
      : undefined,
  );
  return stored?.value.state === 'queued' ? stored.value : undefined;
}

async function claim(run: Run, limit: Limit, tools: Tools): Promise<{ held: boolean; next: string[] }> {
  const decision = await lookAndDecide(run, limit, tools);
  switch (decision.kind) {
    case 'held':
      return { held: true, next: [] };
    case 'take':
      return { held: true, next: await take(run, limit, tools) };
    case 'wait':
      await park(run, limit.scope, decision.why, tools);
      // It may have come before one who was called already.
      return { held: false, next: await callNext(limit, await tools.slots.get(limit.scope), tools) };
    case 'replace':
      return { held: false, next: await replace(run, limit, decision, tools) };
    case 'skip':
      await skip(run.id, decision, tools);
      return { held: false, next: [] };
    default:
      return decision satisfies never;
  }
}

async function lookAndDecide(run: Run, limit: Limit, tools: Tools): Promise<Claim> {
  const { slots, stores, now } = tools;
  let present = await slots.get(limit.scope);
  const isFull = present.running.length >= limit.atOnce && !present.running.includes(run.id);
  if (isFull && now() - present.checkedAt >= checkEveryMs) present = await checked(limit.scope, tools);
  const front = present.waiting > 0 ? await nextOf(limit.scope, { ...tools, runs: stores.runs }) : undefined;
  if (present.waiting >= limit.queueLimit) present = await counted(limit, tools);
  return decideClaim(run, limit, present, front === undefined || front === run.id);
}

/** Those who hold it and are gone give it back: their end was lost. */
async function checked(scope: string, { slots, stores, now }: Tools) {
  const holders = (await slots.get(scope)).running;
  const found = await Promise.all(holders.map((id) => stores.runs.get(id)));
  const gone = holders.filter((_, index) => {
    const run = found[index]?.value;
    return !run || (terminalRunStates.has(run.state) && run.settledAt !== undefined);
  });
  return slots.change(scope, (present) => ({
    ...present,
    running: present.running.filter((id) => !gone.includes(id)),
    checkedAt: now(),
  }));
}

/** A queue that seems full is counted: a crash may have left the count wrong. */
async function counted({ scope, queueLimit }: Limit, { slots, line }: Tools) {
  const waiting = (await line.front(scope, queueLimit)).length;
  return slots.change(scope, (present) => (present.waiting === waiting ? undefined : { ...present, waiting }));
}

/** Resolves with who else may come in: more than one place may have become free. */
async function take(run: Run, limit: Limit, tools: Tools): Promise<string[]> {
  const { slots, line } = tools;
  const { scope } = limit;
  const waited = run.parked === scope;
  const present = await slots.change(scope, ({ running, waiting, checkedAt }) =>
    running.includes(run.id)
      ? undefined
      : { running: [...running, run.id], waiting: Math.max(0, waiting - (waited ? 1 : 0)), checkedAt },
  );
  if (waited) await line.leave(scope, run);
  return callNext(limit, present, tools);
}

/** While there is room, who stands in front is called, whoever that is by now: a free place waits for nobody. */
async function callNext({ scope, atOnce }: Limit, present: Slots, tools: Tools): Promise<string[]> {
  const { stores, now } = tools;
  if (present.waiting === 0 || present.running.length >= atOnce) return [];
  const front = await nextOf(scope, { ...tools, runs: stores.runs });
  return front ? [await called(front, stores.runs, now())] : [];
}

async function park(run: Run, scope: string, why: string, { slots, line, stores, now }: Tools): Promise<void> {
  const joined = await line.join(scope, run);
  if (joined) await slots.change(scope, (present) => ({ ...present, waiting: present.waiting + 1 }));
  await stores.runs.update(run.id, (current) => {
    if (current.state !== 'queued') return undefined;
    const lookAgainAt = Math.min(plus(now(), parkedMs), waitsUntil(current) ?? Infinity) as Instant;
    return { ...current, parked: scope, waitingFor: why, notBefore: lookAgainAt };
  });
}

/** The newest takes the place: the one that runs is stopped, those who waited for it before are skipped. */
async function replace(run: Run, { scope }: Limit, { stop, why }: { stop: string; why: string }, tools: Tools) {
  const because = `replaced by ${run.id}, which came later (overlap: replace)`;
  const skipped: string[] = [];
  for (const { id } of await tools.line.front(scope, 100)) {
    if (id === run.id) continue;
    await skip(id, { because: 'overlap', why: because }, tools);
    skipped.push(id);
  }
  await park(run, scope, why, tools);
  // A deployment waits for its job, a migration perhaps: that one is let finish.
  const holder = await tools.stores.runs.get(stop);
  if (holder?.value.trigger.kind !== 'deployment') await stopRun(stop, 'replaced', because, tools);
  return skipped;
}

async function skip(id: string, { because, why }: { because: string; why: string }, { stores, now }: Tools) {
  const hint =
    because === 'queue-full'
      ? 'raise queueLimit or maxParallel, or start it less often'
      : 'overlap: queue in batuta.yml lets it wait instead';
  await stores.runs.update(id, (run) =>
    isToSkip(run) ? ended(run, 'skipped', { kind: because, cause: why, hint }, now()) : undefined,
  );
}

/** A deployment waits for its run, and one that has had a task is no longer waiting for a place. */
const isToSkip = ({ state, trigger, attempts }: Run) =>
  state === 'queued' && trigger.kind !== 'deployment' && attempts.length === 0;

type LineDeps = Pick<Tools, 'slots' | 'line'> & Pick<Stores, 'runs'>;

/** Who stands in front and still waits; entries of others, left behind by a crash, are taken out. */
async function nextOf(scope: string, { slots, line, runs }: LineDeps): Promise<string | undefined> {
  for (;;) {
    const [front] = await line.front(scope, 1);
    if (!front) {
      await slots.change(scope, (present) => (present.waiting === 0 ? undefined : { ...present, waiting: 0 }));
      return undefined;
    }
    const run = (await runs.get(front.id))?.value;
    const { running } = await slots.get(scope);
    if (run?.state === 'queued' && run.parked === scope && !running.includes(front.id)) return front.id;
    await front.leave();
    if (running.includes(front.id)) continue;
    await slots.change(scope, (present) => ({ ...present, waiting: Math.max(0, present.waiting - 1) }));
  }
}

/** It is due at once. */
async function called(id: string, runs: Stores['runs'], now: Instant): Promise<string> {
  await runs.update(id, (run) => {
    const isCalled = run.state === 'queued' && run.parked !== undefined && (run.notBefore ?? 0) > now;
    if (!isCalled) return undefined;
    const { notBefore: _, ...due } = run;
    return due;
  });
  return id;
}
