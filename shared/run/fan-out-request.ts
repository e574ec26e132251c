import { canonicalHash } from '../config/canonical-json.ts';
import type { JobConfig, ParamValue } from '../config/config.ts';
import type { RunId } from '../core/ids.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { chunkSize, type FanOutItem, fanOutStore } from './fan-out-store.ts';
import { type RunAnswer, requestRun } from './request-run.ts';
import type { Run, RunTrigger } from './run.ts';

interface FanOutRequest {
  job: JobConfig;
  /** What all items share; an item's own come over them. */
  params: Readonly<Record<string, ParamValue>>;
  /** 1 to 10 000, each checked together with `params`. */
  items: readonly FanOutItem[];
  trigger: RunTrigger;
  maxParallel: number;
  failFast: boolean;
  at?: Instant;
  retryOf?: RunId;
}

/** So many at once where nobody says: what a start takes a second or so of the account's launches. */
export const defaultParallel = 100;
/** As long as a run is kept, and as long as one can wait for its time. */
const keptMs = 400 * 86_400_000;

/**
 * Stores the items, then the run that they belong to: who gets an answer knows that all of them will be run.
 * Safe to repeat: the same items under the same trigger lie under the same key.
 */
export async function requestFanOut(
  { items, params, maxParallel, failFast, ...request }: FanOutRequest,
  deps: { stores: Pick<Stores, 'runs' | 'table'>; now(): Instant },
): Promise<RunAnswer> {
  const key = canonicalHash({ trigger: request.trigger, items }).slice(0, 40);
  const expiresAt = Math.ceil(plus(request.at ?? deps.now(), keptMs) / 1000);
  await fanOutStore(deps.stores.table).put(key, items, expiresAt);
  const vary = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const fanOut = { key, total: items.length, vary, maxParallel, failFast, started: 0, chunks: [] };
  return requestRun({ ...request, params: sharedOf(params, items), fanOut }, deps);
}

/** Without those that every item gives itself: nothing runs with them. */
function sharedOf(params: FanOutItem, items: readonly FanOutItem[]): FanOutItem {
  const isShared = (name: string) => !items.every((item) => Object.hasOwn(item, name));
  return Object.fromEntries(Object.entries(params).filter(([name]) => isShared(name)));
}

/** The items of a fan-out that did not succeed, also those that never began, in their order. */
export async function failedItems({ fanOut }: Run, { table }: Pick<Stores, 'table'>): Promise<FanOutItem[]> {
  const failed: FanOutItem[] = [];
  const store = fanOutStore(table);
  for (let number = 0; fanOut && number * chunkSize < fanOut.total; number++) {
    const { items, outcomes } = await store.chunk(fanOut.key, number);
    failed.push(...items.filter((_, offset) => outcomes[String(number * chunkSize + offset)] !== 'succeeded'));
  }
  return failed;
}
