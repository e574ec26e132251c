import { type Instant, iso, toInstant } from '../core/time.ts';
import { attemptSeconds, type Cost, costOf, sumOf } from '../run/cost.ts';
import type { Run } from '../run/run.ts';
import { itemsOf, runKind } from '../run/run-record.ts';
import type { ApiDeps } from './app.ts';
import { costView } from './cost-view.ts';
import { findJob } from './find-job.ts';
import { cursorAfter, cursorOf } from './pages.ts';
import { wrongField } from './ship.ts';

/** A run's sort key, and behind `>` that of the item of the fan-out up to which it was counted. */
const position = /^(\d{4}-\d\d-\d\dT[\d:.]+Z#r-[a-z2-7]{24})(?:>(\d{5}))?$/;
/** Runs that are read for one page. */
const mostRuns = 500;
const perQuery = 100;

type Deps = Pick<ApiDeps, 'stores' | 'config' | 'now'>;

/**
 * What a job's runs cost that were asked for in a month (UTC), a page of them: the answers' sums are to be added
 * up as long as there is a cursor. Nothing is kept: each run is read.
 */
export async function readCost(
  job: string,
  { month, cursor }: { month: string | undefined; cursor: string | undefined },
  deps: Deps,
) {
  const wanted = monthOf(month, deps.now());
  const [, after, item] = position.exec(cursorOf(cursor, position) ?? '') ?? [];
  const sum = counter(deps);
  const more = await walk(job, wanted, { after, item }, sum, deps);
  // A job that batuta.yml has no more has its costs too.
  if (after === undefined && sum.isEmpty()) findJob(deps, job);
  return { job, month: wanted.name, ...sum.told(), ...(more ? { cursor: cursorAfter(more) } : {}) };
}

/** `00041` */
const ofItems = /^\d{5}$/;

/** What one run cost, of a fan-out with its items, a page of them: the answers' sums are to be added up. */
export async function readRunCost(run: Run, cursor: string | undefined, deps: Deps) {
  const after = cursorOf(cursor, ofItems);
  const sum = counter(deps);
  if (after === undefined) sum.add(run);
  const more = run.fanOut && (await walkItems(run, after, sum, deps));
  return { run: run.id, ...sum.told(), ...(more ? { cursor: cursorAfter(more) } : {}) };
}

interface Month {
  /** `2026-11` */
  name: string;
  from: Instant;
  to: Instant;
}

/** @throws BadRequest 422 */
function monthOf(text: string | undefined, now: Instant): Month {
  const name = text || iso(now).slice(0, 7);
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  if (!year) throw wrongField('month', 'must be a month such as 2026-11');
  const from = toInstant(Date.UTC(Number(year), Number(month) - 1));
  return { name, from, to: toInstant(Date.UTC(Number(year), Number(month))) };
}

function counter({ config, now }: Deps) {
  const costs: Cost[] = [];
  let [runs, seconds, looked] = [0, 0, 0];
  return {
    isEmpty: () => looked === 0,
    isFull: () => looked >= mostRuns,
    add(run: Run) {
      looked += 1;
      runs += run.attempts.length > 0 ? 1 : 0;
      costs.push(...(run.attempts.length > 0 ? [costOf(run, config.prices, now())] : []));
      for (const attempt of run.attempts) seconds += attemptSeconds(attempt, run, now()) ?? 0;
    },
    told: () => ({ runs, seconds: Math.round(seconds), cost: costView(sumOf(costs, config.prices)) }),
  };
}
type Counter = ReturnType<typeof counter>;

/** Newest first, each fan-out's items behind it. Resolves with where to go on, undefined at the end of the month. */
async function walk(
  job: string,
  { from, to }: Month,
  { after, item }: { after: string | undefined; item: string | undefined },
  sum: Counter,
  deps: Deps,
): Promise<string | undefined> {
  let position = after ?? iso(to);
  let begun = item;
  for (;;) {
    const { values, next } = await deps.stores.runs.list(`job#${job}`, { upTo: position, limit: perQuery });
    for (const run of values) {
      const sort = sortOf(run);
      const isCounted = sort === position;
      position = sort;
      if (run.createdAt < from) return undefined;
      if (run.createdAt >= to || (isCounted && begun === undefined)) continue;
      if (!isCounted) sum.add(run);
      const left = run.fanOut && (await walkItems(run, isCounted ? begun : undefined, sum, deps));
      begun = undefined;
      if (left) return `${sort}>${left}`;
      if (sum.isFull()) return sort;
    }
    if (!next) return undefined;
  }
}

const sortOf = (run: Run) => runKind.listedUnder?.(run)?.sort ?? '';

/** Resolves with the item to go on after, undefined where all were counted. */
async function walkItems(parent: Run, after: string | undefined, sum: Counter, { stores }: Deps) {
  let position = after;
  for (;;) {
    const page = { limit: perQuery, ...(position === undefined ? {} : { upTo: position }) };
    const { values, next } = await stores.runs.list(itemsOf(parent.id), page);
    for (const run of values) {
      const sort = sortOf(run);
      if (sort === position) continue;
      sum.add(run);
      position = sort;
      if (sum.isFull()) return position;
    }
    if (!next) return undefined;
  }
}
