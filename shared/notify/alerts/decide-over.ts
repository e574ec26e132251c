import type { Instant } from '../../core/time.ts';
import type { About } from '../deliver/delivery.ts';
import type { Alert, AlertCause } from './alert.ts';
import { isTold, mapValues, openCauses, without } from './alert-parts.ts';
import { ease, isEased } from './ease.ts';
import { endAtOf } from './settle.ts';

/** What ended a trouble: which causes of it (absent: all), when, and the record that tells so itself. */
export interface Over {
  at: Instant;
  causes?: readonly string[] | undefined;
  /** When the run that ended it was asked for: only then did a full queue take one again. Absent: `at`. */
  asked?: Instant;
  by?: About | undefined;
  /** Whom that record tells it. */
  toldTo?: readonly string[];
  /** Where its own message, which told of the trouble, says by now how it ended. */
  correctedOn?: readonly string[];
}

const isPast = ({ kind, lastAt, askedAt }: AlertCause, at: Instant, asked: Instant) =>
  lastAt <= (kind === 'run-skipped' ? asked : at) && (askedAt === undefined || askedAt <= asked);

/** Nothing but what befell the record that ended it. */
const isAllOf = ({ causes }: Alert, by: About | undefined) =>
  Object.values(causes).every(({ count, first }) => count === 1 && first !== undefined && first.id === by?.id);

/** The alert once the causes are over; undefined where there is no such trouble, or it came again since. */
export function decideOver(
  alert: Alert,
  { at, asked = at, causes: keys, by, toldTo, correctedOn = [] }: Over,
): Alert | undefined {
  if (alert.state === 'closed') return undefined;
  const isOver = (cause: AlertCause, key: string) =>
    cause.overAt === undefined && isPast(cause, at, asked) && (keys?.includes(key) ?? true);
  if (!Object.entries(alert.causes).some(([key, cause]) => isOver(cause, key))) return undefined;
  const causes = mapValues(alert.causes, (cause, key) => (isOver(cause, key) ? { ...cause, overAt: at } : cause));
  const next = { ...alert, causes };
  if (openCauses(next).length > 0) return isEased(openCauses(alert), next) ? ease(next, at) : next;
  const closed: Alert = {
    ...without(next, 'news', 'closedBy', 'endAt', 'endToldTo', 'endHeardAt'),
    // While it is closed the causes of the episode are kept: occurrences that come late are known by them.
    causes: alert.causes,
    state: 'closed',
    closedAt: at,
    ...(by ? { closedBy: by } : {}),
    ...(toldTo ? { endToldTo: isAllOf(alert, by) ? [...toldTo, ...correctedOn] : toldTo } : {}),
  };
  // What nobody was told of is told with the next folding, if at all.
  if (!isTold(alert)) return closed;
  const tellings = alert.tellings + 1;
  if (isUnheard(alert, at))
    return { ...without(closed, 'nextTellAt'), tellings, news: `${alert.episode}:passed-${tellings}` };
  const endAt = endAtOf(alert, at);
  return endAt > at
    ? settling(closed, alert, endAt)
    : { ...without(closed, 'nextTellAt'), news: `${alert.episode}:over` };
}

/** What it told last stays as it is until then. */
function settling(
  closed: Alert,
  { news, nextTellAt = Number.POSITIVE_INFINITY as Instant }: Alert,
  endAt: Instant,
): Alert {
  const next = Math.min(nextTellAt, endAt) as Instant;
  return { ...closed, endAt, nextTellAt: next, ...(news === undefined ? {} : { news }) };
}

/** The alert tells it itself, and did not get to it yet; what fell into a silence is told to nobody. */
const isUnheard = ({ news, heardBy, silencedUntil = 0 as Instant }: Alert, now: Instant) =>
  news !== undefined && heardBy.length === 0 && silencedUntil <= now;
