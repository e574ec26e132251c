import { type Instant, plus } from '../../core/time.ts';
import type { Alert, Repeats } from './alert.ts';
import { freeAt, isTold, lastHeard, mapValues, openCauses, tellNow, untold, without } from './alert-parts.ts';
import { endOfErrors } from './ease.ts';
import { isSettling } from './settle.ts';
import { defaultRepeatMs, firstFoldMs, hourMs, restMs, settleMs, silentLookMs } from './trouble-times.ts';

/** What the repeats of an alert look like by now. */
interface Look {
  alert: Alert;
  /** Not told by the alert to anybody. */
  more: number;
  /** It goes on by itself, whether or not it is seen again. */
  lasts: boolean;
  repeats: Repeats;
}

const isOpen = ({ state }: Alert) => state === 'open';
/** It came and went, and nobody was told. */
const isPassed = (alert: Alert) => !isOpen(alert) && !isSettling(alert);

/** Something happened since the channel was told. */
const isBehind = (alert: Alert, channel: string) =>
  openCauses(alert).some(({ lastAt }) => lastAt > lastHeard(alert, channel));

/** Who heard that it comes and goes is to hear that it no longer goes. */
const staysSo = ({ spells, state, openedAt, reopenedAt = openedAt }: Alert, last: Instant): number =>
  spells && state === 'open' && last < reopenedAt ? plus(reopenedAt, settleMs) : Number.POSITIVE_INFINITY;

/** The channels that have something to hear, each with when its `repeat` lets it hear of that. */
function repeatsDue({ alert, more, lasts, repeats }: Look): { channel: string; at: Instant }[] {
  return Object.entries(repeats)
    .filter(([channel]) => lasts || more > 0 || isBehind(alert, channel))
    .map(([channel, repeatMs]) => {
      const last = lastHeard(alert, channel);
      return { channel, at: Math.min(plus(last, repeatMs), staysSo(alert, last)) as Instant };
    });
}

/** All hear the first two foldings: 10 min after the first, and an hour after the opening. Then each has its `repeat`. */
const isFolding = ({ alert, more }: Look) => isPassed(alert) || (more > 0 && alert.tellings <= 1);

function foldingAt({ alert }: Look): number {
  const last = alert.toldAt.at(-1) ?? (0 as Instant);
  // What came and went may come again, and is then told as trouble.
  if (isPassed(alert)) return plus(alert.closedAt ?? (0 as Instant), restMs);
  const notBefore = alert.tellings === 1 ? plus(alert.openedAt, hourMs) : 0;
  return Math.max(isTold(alert) ? plus(last, firstFoldMs) : 0, notBefore);
}

function repeatAt(look: Look): Instant {
  const due = repeatsDue(look).map(({ at }) => at);
  // Nobody is to hear of it: it is counted on.
  const last = look.alert.toldAt.at(-1) ?? look.alert.openedAt;
  return due.length > 0 ? (Math.min(...due) as Instant) : plus(last, defaultRepeatMs);
}

/** Those that hear it now. */
const hearers = (look: Look, now: Instant): string[] =>
  repeatsDue(look).flatMap(({ channel, at }) => (at <= now ? [channel] : []));

/** Looked at again and again: a silence may be removed before its end. */
const hold = (alert: Alert, silencedUntil: Instant, now: Instant): Alert => ({
  ...alert,
  silencedUntil,
  nextTellAt: Math.min(silencedUntil, plus(now, silentLookMs)) as Instant,
});

/** What a due alert tells now; undefined where it is not due. `silencedUntil`: of the silences that match it by now. */
export function decideTelling(
  alert: Alert,
  now: Instant,
  repeats: Repeats,
  silencedUntil?: Instant,
): Alert | undefined {
  if (alert.nextTellAt === undefined || alert.nextTellAt > now) return undefined;
  const wasSilent = alert.silencedUntil !== undefined;
  if (wasSilent && silencedUntil !== undefined) return hold(alert, silencedUntil, now);
  const quiet = without(alert, 'nextTellAt', 'silencedUntil');
  const over = without(quiet, 'endAt');
  if (wasSilent && !isOpen(alert) && isTold(alert)) return { ...over, news: `${alert.episode}:over-${now}` };
  const { endAt } = alert;
  if (endAt === undefined) return tellRepeats(alert, quiet, { now, repeats, silencedUntil });
  if (endAt <= now && isOpen(alert)) return endOfErrors({ ...without(alert, 'endAt'), nextTellAt: now });
  if (endAt <= now)
    return { ...over, news: `${alert.episode}:over`, fold: { more: 0, since: alert.openedAt, at: now } };
  const told = tellRepeats(alert, quiet, { now, repeats, silencedUntil });
  return { ...told, nextTellAt: Math.min(told.nextTellAt ?? endAt, endAt) as Instant };
}

interface Due {
  now: Instant;
  repeats: Repeats;
  silencedUntil: Instant | undefined;
}

function tellRepeats(alert: Alert, quiet: Alert, { now, repeats, silencedUntil }: Due): Alert {
  const wasSilent = alert.silencedUntil !== undefined;
  const causes = openCauses(alert);
  const lasts = isOpen(alert) && causes.some(({ lasting }) => lasting);
  const look: Look = { alert, more: untold(causes), lasts, repeats };
  const isAwaited = look.more > 0 || repeatsDue(look).length > 0 || lasts;
  if (!isAwaited && !(wasSilent && isOpen(alert))) return quiet;
  const at = Math.max(isFolding(look) ? foldingAt(look) : repeatAt(look), freeAt(alert)) as Instant;
  // A silence's end is looked at by itself: what is still so then is told.
  if (at > now && !wasSilent) return { ...alert, nextTellAt: at };
  if (silencedUntil !== undefined) return hold(alert, silencedUntil, now);
  const isForAll = wasSilent || isFolding(look);
  return tell(quiet, look, { to: isForAll ? Object.keys(repeats) : hearers(look, now), wasSilent }, now);
}

function tell(quiet: Alert, look: Look, { to, wasSilent }: { to: string[]; wasSilent: boolean }, now: Instant): Alert {
  const { alert, repeats, lasts } = look;
  const tellings = alert.tellings + 1;
  const told = {
    ...quiet,
    causes: mapValues(alert.causes, (cause) => ({ ...cause, told: cause.count })),
    news: `${alert.episode}:${isPassed(alert) ? 'passed' : 'more'}-${tellings}`,
    fold: {
      ...(wasSilent ? inAll(look, to) : sinceLast(look, to)),
      at: now,
      ...(to.length < Object.keys(repeats).length ? { to } : {}),
    },
    tellings,
    // Who hears that it passed is to hear at once when it comes again.
    ...(isPassed(alert) ? {} : tellNow(alert, now)),
    heardAt: { ...alert.heardAt, ...Object.fromEntries(to.map((channel) => [channel, now])) },
  };
  const next = { alert: told, more: 0, lasts, repeats };
  return lasts || repeatsDue(next).length > 0 ? { ...told, nextTellAt: repeatAt(next) } : told;
}

/** How many more there are since the last telling; where somebody did not hear that, how many in all. */
function sinceLast(look: Look, to: readonly string[]): { more: number; since: Instant; inAll?: true } {
  const { alert, more } = look;
  const last = isTold(alert) ? alert.toldAt.at(-1) : undefined;
  const heardIt = last !== undefined && to.every((channel) => lastHeard(alert, channel) === last);
  return heardIt ? { more, since: last } : inAll(look, to);
}

function inAll({ alert, more }: Look, to: readonly string[]): { more: number; since: Instant; inAll?: true } {
  const isNew = more > 0 || to.some((channel) => isBehind(alert, channel));
  const count = openCauses(alert).reduce((sum, cause) => sum + cause.count, 0);
  return { more: isNew ? count : 0, since: alert.openedAt, inAll: true };
}
