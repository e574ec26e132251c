import type { DigestConfig, RouteConfig } from '../../config/config.ts';
import { type Instant, isoToSecond, plus, toInstant } from '../../core/time.ts';
import { weekdayOf } from '../../schedule/calendar.ts';
import { firstInstant } from '../../schedule/weekly-windows.ts';
import { type TimeZone, timeZone } from '../../schedule/zone.ts';
import { weekdays } from '../routes/mute.ts';
import type { DigestPeriod, DigestScope } from './digest.ts';
import { digestKeyOf, scopeOf } from './digest-scope.ts';

/** A digest that is to be made. */
export interface DigestDue extends DigestPeriod {
  id: string;
  key: string;
  scope: DigestScope;
}

const [minuteMs, dayMs] = [60_000, 86_400_000];

/** So long after its period a digest is made: what ended last is on record by then, also where its event was lost. */
export const settleMs = 3 * minuteMs;
/** Of those that no wake-up came for, at most the latest so many are made up for. */
export const mostBehind = 7;

/** Each digest that the routes ask for, once, by its key. */
export function digestsWanted(
  routes: readonly RouteConfig[],
): Map<string, { digest: DigestConfig; scope: DigestScope }> {
  const wanted = new Map<string, { digest: DigestConfig; scope: DigestScope }>();
  for (const route of routes) {
    const key = digestKeyOf(route);
    if (key !== undefined && route.digest) wanted.set(key, { digest: route.digest, scope: scopeOf(route.when) });
  }
  return wanted;
}

/**
 * The digests whose time came after `since` (by key) and by `now`, the oldest first.
 * @throws Error for a time zone that does not exist
 */
export function digestsDue(routes: readonly RouteConfig[], since: (key: string) => Instant, now: Instant): DigestDue[] {
  const due = [...digestsWanted(routes)].flatMap(([key, { digest, scope }]) =>
    periodsOf(digest, plus(since(key), -settleMs), plus(now, -settleMs)).map((period) => ({
      ...{ id: `${isoToSecond(period.end)}-${key}`, key, scope },
      ...period,
    })),
  );
  return due.toSorted((a, b) => a.end - b.end);
}

/** Those that end after `since` and by `until`, at most the latest seven. */
function periodsOf({ every, day, at, timezone }: DigestConfig, since: Instant, until: Instant): DigestPeriod[] {
  const zone = timeZone(timezone);
  if (!zone) throw new Error(`there is no time zone ${timezone}`);
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  /** Days of a zone are of 23 to 25 hours: each end is looked up by what the clock shows. */
  const endOn = (date: number) => toInstant(firstInstant(zone, date * dayMs + (hour * 60 + minute) * minuteMs));
  const step = every === 'week' ? 7 : 1;
  const periods: DigestPeriod[] = [];
  // A clock that is put forward over midnight can make a day's end later than its date says.
  let date = lastOf(every === 'week' ? weekdays.indexOf(day) : undefined, dateOf(zone, until) + 1);
  for (; periods.length < mostBehind; date -= step) {
    const end = endOn(date);
    if (end <= since) break;
    if (end <= until) periods.unshift({ every, timezone, start: endOn(date - step), end });
  }
  return periods;
}

/** Days since 1970-01-01 of the wall clock. */
const dateOf = (zone: TimeZone, at: Instant) => Math.floor((at + zone.offsetAt(at)) / dayMs);

/** The last day up to `date` that is this weekday, if any is wanted. */
const lastOf = (weekday: number | undefined, date: number) =>
  weekday === undefined ? date : date - ((weekdayOf(date) - weekday + 7) % 7);
