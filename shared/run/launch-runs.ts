import type { EventBus } from '../aws/event-bus.ts';
import { type Instant, plus } from '../core/time.ts';
import type { LaunchWanted } from '../events/launch-wanted.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { admission } from './admission.ts';
import { parentOf, settleItems } from './fan-out.ts';
import { inParallel } from './in-parallel.ts';
import { type LaunchDeps, type LaunchResult, launchRun } from './launch-run.ts';
import { launchQueue } from './run-record.ts';
import { together } from './together.ts';
import { type Pace, pacer, rememberedPace, rememberPace } from './token-bucket.ts';

export interface WorkerDeps extends Omit<LaunchDeps, 'pace' | 'admission' | 'stores' | 'together'> {
  stores: Pick<Stores, 'runs' | 'leases' | 'table'>;
  bus: EventBus;
  log: Log;
  sleep(ms: number): Promise<void>;
}
export interface WorkerLimits {
  /** How long this invocation may go on taking runs. */
  workMs: number;
  /** Longer than the function can live. */
  leaseMs: number;
  pace: Pace;
  /** Launches under way at once: a RunTask takes some 300 ms, the pace is 20 per second. */
  width: number;
}

/** Runs that are due so soon are waited for, later ones are the next sweep's. */
const horizonMs = 15_000;
/** Meanwhile others may come, whose own invocation has found the lease taken. */
const lookAgainMs = 1_000;

/**
 * The worker: launches and settles what is due, oldest first, until nothing is left or time is up; one at a time,
 * by lease, which makes it the only one that lets runs in.
 */
export async function launchRuns({ runId }: LaunchWanted, deps: WorkerDeps, limits: WorkerLimits): Promise<void> {
  const { leases } = deps.stores;
  const lease = await leases.acquire('launch-runs', limits.leaseMs, runId);
  // The holder has been told, and looks again before it goes.
  if (!lease) return;
  const until = plus(deps.now(), limits.workMs);
  const pace = pacer(limits.pace, deps, await rememberedPace(deps.cache));
  const launch = { ...deps, pace, admission: admission(deps), together: together() };
  const failed = new Map<string, Error>();
  let left: boolean;
  try {
    let named: string[] | undefined = runId ? [runId] : [];
    do {
      left = await launchUntilEmpty(named, until, launch, limits.width, failed);
      named = left ? undefined : await leases.release(lease);
    } while (named);
  } catch (error) {
    await leases.abandon(lease);
    throw error;
  }
  await rememberPace(deps.cache, pace);
  if (left) {
    await leases.abandon(lease);
    await deps.bus.put([{ 'detail-type': 'Launch Work Left', detail: {} }]);
  }
  const [error] = failed.values();
  if (error) throw new Error(`${failed.size} runs could not be launched: ${error.message}`, { cause: error });
}

type Launching = LaunchDeps & Pick<WorkerDeps, 'log' | 'sleep'>;

/** Resolves with whether time ran out first. */
async function launchUntilEmpty(
  first: readonly string[],
  until: Instant,
  deps: Launching,
  width: number,
  failed: Map<string, Error>,
): Promise<boolean> {
  let named = first;
  while (deps.now() < until) {
    const results = await launchDue(named, until, deps, width, failed);
    named = results.flatMap((result) => ('next' in result ? (result.next ?? []) : []));
    if (results.some(({ kind }) => kind === 'moved')) continue;
    const soonest = Math.min(...results.map((result) => (result.kind === 'waits' ? result.until : Infinity)));
    const waitMs = soonest - deps.now();
    if (waitMs > horizonMs) return false;
    await deps.sleep(Math.min(Math.max(waitMs, 1), lookAgainMs));
  }
  return true;
}

/** One look at the whole queue. */
async function launchDue(
  named: readonly string[],
  until: Instant,
  deps: Launching,
  width: number,
  failed: Map<string, Error>,
): Promise<LaunchResult[]> {
  const results: LaunchResult[] = [];
  let page: { ids: string[]; next?: string } = { ids: [] };
  do {
    const from = page.next ? { cursor: page.next } : {};
    page = await deps.stores.runs.duePage(plus(deps.now(), horizonMs), { queue: launchQueue, ...from });
    const ids = [...new Set([...named, ...page.ids])].filter((id) => !failed.has(id));
    const work = (id: string) => (deps.now() < until ? launchRun(id, deps) : undefined);
    const done = await inParallel(ids, width, (id) => keepError(id, work, failed, deps.log));
    results.push(...done.filter((result) => result !== undefined), ...(await settleEnded(done, deps, failed)));
    named = [];
  } while (page.next && deps.now() < until);
  return results;
}

/** The ended items of a fan-out together: one write for many of them. */
async function settleEnded(
  results: readonly (LaunchResult | undefined)[],
  deps: Launching,
  failed: Map<string, Error>,
): Promise<LaunchResult[]> {
  const items = results.flatMap((result) => (result?.kind === 'item-ended' ? [result.run] : []));
  const settled: LaunchResult[] = [];
  for (const [parent, ended] of Map.groupBy(items, parentOf)) {
    const settle = async () => ({ kind: 'moved' as const, ...(await settleItems(parent, ended, deps)) });
    const result = failed.has(parent) ? undefined : await keepError(parent, settle, failed, deps.log);
    if (result) settled.push(result);
  }
  return settled;
}

/** One run that fails must not hold up the others; the worker fails at its end. */
async function keepError(
  id: string,
  work: (id: string) => Promise<LaunchResult> | undefined,
  failed: Map<string, Error>,
  log: Log,
): Promise<LaunchResult | undefined> {
  try {
    return await work(id);
  } catch (error) {
    failed.set(id, error as Error);
    log.error(`${id}: the launch failed and is tried again later`, { message: (error as Error).message });
    return undefined;
  }
}
