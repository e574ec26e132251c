import type { ScheduleConfig } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import { type Firing, firingsBetween } from './firings.ts';

const dayMs = 86_400_000;
/** More in a day make a list that nobody reads. */
const mostADay = 4;
/** A tenth of a second's counting. */
const mostCounted = 100_000;

/** The firings of a schedule that fires often; `at` is the first. */
export interface FrequentFirings extends Firing {
  times: number;
  /** Absent where it fires more often than was counted. */
  last?: Instant;
  /** From each to the next, where that is always the same. */
  everySeconds?: number;
}

type Job = { name: string; schedules: readonly ScheduleConfig[] };

/** Tells schedules that fire more than four times in a day from the others, by what they do from `from` to `to`. */
export function foldFirings(jobs: Readonly<Record<string, Job>>, from: Instant, to: Instant) {
  const frequent: FrequentFirings[] = [];
  const rare = Object.entries(jobs).map(([name, job]) => {
    const schedules = job.schedules.filter((of) => {
      const folded = fold({ name: job.name, schedules: [of] }, from, to);
      if (folded) frequent.push(folded);
      return !folded;
    });
    return [name, { name: job.name, schedules }] as const;
  });
  return { frequent, rare: Object.fromEntries(rare) };
}

function fold(job: Job, from: Instant, to: Instant): FrequentFirings | undefined {
  const firings = (limit: number) => firingsBetween({ [job.name]: job }, from, to, { limit });
  const some = firings(mostADay + 1);
  const [first, end] = [some[0], some[mostADay]];
  if (!first || !end || end.at - first.at >= dayMs) return undefined;
  const all = firings(mostCounted + 1);
  const gapMs = gapOf(all);
  return {
    ...first,
    times: Math.min(all.length, mostCounted),
    ...(all.length <= mostCounted ? { last: (all.at(-1) ?? first).at } : {}),
    ...(gapMs === undefined ? {} : { everySeconds: gapMs / 1000 }),
  };
}

function gapOf(firings: readonly Firing[]): number | undefined {
  const gaps = new Set(firings.slice(1).map(({ at }, index) => at - (firings[index]?.at ?? 0)));
  return gaps.size === 1 ? [...gaps][0] : undefined;
}
