import { type Instant, plus } from '../../core/time.ts';
import type { Audience } from '../routes/audience.ts';
import type { Alert, AlertCause, AlertSubject, Trouble } from './alert.ts';
import { freeAt, isTold, lastHeard, openCauses, tellNow, untold, without } from './alert-parts.ts';
import { count, isCounted, isWorse } from './count-occurrence.ts';
import { goOn, isSettling, spellsBefore } from './settle.ts';
import { defaultRepeatMs, firstFoldMs, silentLookMs } from './trouble-times.ts';

const mostCauses = 8;
/** Nobody deploys more often in a silence. */
const mostHeldBack = 20;

export const alertIdOf = ({ kind, name }: AlertSubject): string => `${kind}:${name}`;

const newAlert = (subject: AlertSubject, trouble: Trouble): Alert => ({
  schemaVersion: 1,
  id: alertIdOf(subject),
  subject,
  state: 'open',
  episode: 0,
  openedAt: trouble.at,
  reopenedAt: trouble.at,
  causes: {},
  tellings: 0,
  toldAt: [],
  heardBy: [],
});

/** The subject's trouble with one more occurrence; undefined where it is known, or older than the last end. */
export function decideTrouble(
  known: Alert | undefined,
  subject: AlertSubject,
  occurred: Trouble,
  now: Instant,
): Alert | undefined {
  const trouble = { lasting: subject.kind !== 'job' && !occurred.elsewhere, ...occurred };
  const alert = known ?? newAlert(subject, trouble);
  const { closedAt, causes } = alert;
  const isOld = closedAt !== undefined && trouble.at <= closedAt;
  const key = keyIn(alert, trouble.key);
  const cause = causes[key];
  // What is looked at has the same id when it is so again.
  const isAnew = alert.state === 'closed' && !isOld;
  if (cause && !isAnew && isCounted(cause, trouble)) return undefined;
  if (isOld) return alert.state === 'closed' && cause ? countLate(alert, key, cause, trouble) : undefined;
  const current = known && alert.state === 'open' ? alert : openAgain(alert, key, trouble, now);
  return occur(current, keyIn(current, trouble.key), trouble, now);
}

/** Of many causes the later ones are one. */
const keyIn = ({ causes }: Alert, key: string) =>
  key in causes || Object.keys(causes).length < mostCauses - 1 ? key : 'other';

/** It happened before the end that was told; only the number was not known. */
const countLate = (alert: Alert, key: string, cause: AlertCause, trouble: Trouble): Alert => {
  const counted = count(cause, trouble);
  return { ...alert, causes: { ...alert.causes, [key]: { ...counted, told: cause.told > 0 ? counted.count : 0 } } };
};

/** Those that were told of the trouble, and not yet that it is over. */
function waitForEnd(
  { news = '', heardBy, endToldTo = [], easedTo = [], endHeardAt = {} }: Alert,
  now: Instant,
): string[] {
  const hasHeard = (channel: string) => (endHeardAt[channel] ?? Number.POSITIVE_INFINITY) <= now;
  // What is told as passed needs no end.
  if (/:passed/.test(news)) return [];
  return heardBy.filter((channel) => ![...endToldTo, ...easedTo].includes(channel) && !hasHeard(channel));
}

/** A new episode; but what was over before anybody was told of it, or of its end, goes on. */
function openAgain(alert: Alert, key: string, { at }: Trouble, now: Instant): Alert {
  if (alert.episode > 0 && (!isTold(alert) || isSettling(alert))) return goOn(alert, key, at);
  const { schemaVersion, id, subject, episode, closedAt, toldAt, heldBack } = alert;
  return {
    ...{ schemaVersion, id, subject, toldAt, ...(closedAt === undefined ? {} : { closedAt }) },
    ...(heldBack ? { heldBack } : {}),
    ...spellsBefore(alert, at),
    state: 'open',
    episode: episode + 1,
    openedAt: at,
    reopenedAt: at,
    causes: {},
    tellings: 0,
    heardBy: waitForEnd(alert, now),
  };
}

function newCause({ kind, cause, at, severity = 'error' }: Trouble): AlertCause {
  return { kind, severity, cause, firstAt: at, lastAt: at, count: 0, told: 0, counted: [] };
}

/** Adds the occurrence, and decides who tells it: its own record, the alert at once, or a later folding. */
function occur(alert: Alert, key: string, trouble: Trouble, now: Instant): Alert {
  const present = alert.causes[key];
  // What began as a warning and is an error now is heard by others.
  const rose = present !== undefined && isWorse(trouble, present);
  const isFirst = present === undefined || present.overAt !== undefined || rose;
  const counted = count(present ? without(present, 'overAt') : newCause(trouble), trouble);
  const openedAt = Math.min(alert.openedAt, trouble.at) as Instant;
  const next = { ...alert, openedAt };
  const put = (cause: AlertCause) => ({ causes: { ...alert.causes, [key]: cause } });
  const isHeldBack = trouble.heardBy?.silencedUntil !== undefined;
  if (trouble.elsewhere) {
    const heldBack = isHeldBack ? [...(alert.heldBack ?? []), trouble.id].slice(-mostHeldBack) : alert.heldBack;
    const told = { ...next, ...put({ ...counted, told: counted.count }), ...(heldBack ? { heldBack } : {}) };
    return hear(told, trouble.heardBy, now);
  }
  const audience = isFirst ? trouble.heardBy : longUntold(alert, trouble, now);
  const isQuiet = audience !== undefined && untold(openCauses(alert)) === 0;
  if ((isFirst || (trouble.about && isQuiet)) && freeAt(alert) <= now) {
    const first = isHeldBack ? {} : firstOf(trouble, audience);
    const told: AlertCause = { ...without(counted, 'firstTo'), told: counted.count, ...first };
    const nth = `${Object.keys(put(told).causes).length}${rose ? '-error' : ''}`;
    const news = trouble.about ? {} : { news: `${alert.episode}:first-${nth}`, tells: key };
    const heard = hear({ ...next, ...put(told), ...news, ...tellNow(alert, now) }, audience, now);
    return remindOf(told.firstTo ? foldLater(heard, now) : heard, now);
  }
  return foldLater({ ...next, ...put(counted) }, now);
}

/** The record that tells it in full, and to whom if not to all. */
function firstOf({ about, heardBy }: Trouble, audience: Audience | undefined): Pick<AlertCause, 'first' | 'firstTo'> {
  if (!about) return {};
  const isForAll = audience?.channels.length === heardBy?.channels.length;
  return { first: about, ...(audience && !isForAll ? { firstTo: audience.channels } : {}) };
}

const foldLater = (alert: Alert, now: Instant): Alert => ({
  ...alert,
  nextTellAt: Math.min(alert.nextTellAt ?? Number.POSITIVE_INFINITY, foldAt(alert, now)) as Instant,
});

/** With the channels that are told; of what a silence holds back the alert tells when that ends, if it is still so. */
export function hear(alert: Alert, audience: Audience | undefined, now: Instant): Alert {
  if (!audience) return alert;
  const { channels, silencedUntil } = audience;
  if (silencedUntil === undefined)
    return {
      ...alert,
      heardBy: [...new Set([...alert.heardBy, ...channels])],
      ...(alert.easedTo ? { easedTo: alert.easedTo.filter((channel) => !channels.includes(channel)) } : {}),
      heardAt: { ...alert.heardAt, ...Object.fromEntries(channels.map((channel) => [channel, now])) },
    };
  const lookAt = Math.min(silencedUntil, plus(now, silentLookMs));
  const nextTellAt = Math.min(alert.nextTellAt ?? Number.POSITIVE_INFINITY, lookAt) as Instant;
  return { ...alert, silencedUntil, nextTellAt };
}

/** Whom nothing was told for as long as their routes' `repeat`: to them the next occurrence is worth its full facts. */
function longUntold(alert: Alert, { heardBy, repeats = {} }: Trouble, now: Instant): Audience | undefined {
  const last = alert.toldAt.at(-1);
  if (last === undefined) return undefined;
  if (!heardBy || heardBy.channels.length === 0) return now - last >= defaultRepeatMs ? { channels: [] } : undefined;
  const channels = heardBy.channels.filter(
    (channel) => now - lastHeard(alert, channel) >= (repeats[channel] ?? defaultRepeatMs),
  );
  return channels.length > 0 ? { ...heardBy, channels } : undefined;
}

/** What lasts is looked at again, whether or not it is seen again. */
const remindOf = (alert: Alert, now: Instant): Alert =>
  openCauses(alert).some(({ lasting }) => lasting)
    ? { ...alert, nextTellAt: alert.nextTellAt ?? plus(now, firstFoldMs) }
    : alert;

/** When repeats are told at the earliest; what the routes' `repeat` asks for is seen to then. */
function foldAt(alert: Alert, now: Instant): Instant {
  const last = alert.toldAt.at(-1);
  const fold = last === undefined ? now : plus(last, firstFoldMs);
  return Math.max(fold, freeAt(alert), now) as Instant;
}
