import { type Instant, plus } from '../../core/time.ts';
import { backoffMs } from '../../run/backoff.ts';
import type { Sent } from '../channels/channel.ts';
import type { ChannelState, ChannelTrouble } from './channel-state.ts';

/** How a sending went, and of which delivery. */
export interface Sending {
  delivery: string;
  sent: Sent;
  /** When the answer was there. */
  at: Instant;
}

const hourMs = 3_600_000;
/** Between two looks at whether a receiver is back: it is found within 5 minutes. */
const probing = { baseMs: 10_000, maxMs: 300_000 };
/** A token may be repaired any time, but who asks too often is locked out. */
const refusedPauseMs = 300_000;
/** An address that is gone seldom comes back, and its receiver asks not to be asked: so long in the end. */
const gonePauseMs = 6 * hourMs;
const leastPauseMs = 250;
/** The first wait after a limit without a time, doubled while that does not help. */
const unnamedMs = 1_000;
const mostLearntMs = 2_000;
const slowestMs = 60_000;
/** What a shorter trouble has put off is due again about as soon anyway; else two bad messages would come up with every good one. */
const outageMs = 60_000;
/** About as many as there are probes in the 26 hours for which a delivery is tried. */
const mostTried = 500;
/** So long is trouble that may pass nobody's business. */
const quietMs = hourMs;

/** The least time between the receiver's answer and the next request. */
export const paceOf = ({ slower }: ChannelState, typePaceMs: number, now: Instant): number =>
  Math.max(typePaceMs, slower && slower.until > now ? slower.paceMs : 0);

/** When the next request may go out. */
export function readyAt(state: ChannelState, typePaceMs: number, now: Instant): Instant {
  const { usedAt, pausedUntil = 0 as Instant } = state;
  return Math.max(pausedUntil, usedAt === undefined ? 0 : plus(usedAt, paceOf(state, typePaceMs, now))) as Instant;
}

/** Up to when it took nothing, whatever was sent. */
export const restedUntil = ({ restedUntil: until = 0 as Instant, pausedUntil = 0 as Instant }: ChannelState): Instant =>
  Math.max(until, pausedUntil) as Instant;

/** What is to be remembered of the channel after a sending. */
export function afterSending(state: ChannelState, sending: Sending, typePaceMs: number): ChannelState {
  const { sent, at } = sending;
  const { name, slower } = state;
  const rested = Math.max(restedUntil(state), state.trouble?.wide ? at : 0) as Instant;
  const well = {
    ...{ name, usedAt: at },
    ...(rested > 0 ? { restedUntil: rested } : {}),
    ...(slower && slower.until > at ? { slower } : {}),
  };
  switch (sent.kind) {
    case 'sent':
      return well;
    case 'refused':
      // A receiver that reads a message and refuses it proves neither that it is well nor that it is not.
      if (sent.scope === 'message') return { ...state, usedAt: at };
      return { ...well, ...refused(state, sending, sent) };
    case 'retry': {
      const { tried = [], ...failed } = troubled(state, sending, sent.why, sent.limited === true);
      const trouble = { ...failed, tried: [...new Set([...tried, sending.delivery])].slice(0, mostTried) };
      if (sent.limited || sent.afterMs !== undefined)
        return { ...well, ...patient(state, trouble, sent.afterMs, at, typePaceMs), trouble };
      if (!trouble.wide) return { ...well, trouble };
      return { ...well, trouble, pausedUntil: plus(at, backoffMs(name, trouble.times - 2, probing)) };
    }
    default:
      return sent satisfies never;
  }
}

/** After an address that is gone twice as long each time, else always as long. */
function refused(state: ChannelState, sending: Sending, sent: Sent & { kind: 'refused' }) {
  const gone = sent.gone ? (state.trouble?.gone ?? 0) + 1 : 0;
  const pauseMs = Math.min(refusedPauseMs * 2 ** Math.max(0, gone - 1), gonePauseMs);
  return {
    pausedUntil: plus(sending.at, pauseMs),
    trouble: { ...troubled(state, sending, sent.why, true), gone },
  };
}

/** Where the answer leaves it open (not `isChannel`), two different deliveries in a row say that it is the receiver, not the message. */
function troubled(
  { trouble }: ChannelState,
  { delivery, at }: Sending,
  why: string,
  isChannel: boolean,
): ChannelTrouble {
  const { times, wide, ...known } = trouble ?? { since: at, times: 0, of: delivery, wide: false };
  return { ...known, times: times + 1, wide: wide || isChannel || known.of !== delivery, why };
}

/** A whole channel waits as long as its receiver asks, up to an hour; longer each time where that does not help, or where it names no time. */
function patient(
  { name, slower }: ChannelState,
  { times }: ChannelTrouble,
  afterMs: number | undefined,
  at: Instant,
  typeMs: number,
) {
  const firstMs = Math.max(typeMs, unnamedMs);
  const askedMs = Math.max(afterMs ?? firstMs, leastPauseMs);
  const baseMs = afterMs === undefined ? firstMs : probing.baseMs;
  const ownMs = times > 1 ? backoffMs(name, times - 1, { ...probing, baseMs }) : 0;
  const learnt = slower && slower.until > at ? slower.paceMs : undefined;
  // A limit that is met again after a success was not known well enough.
  const paceMs = learnt
    ? Math.min(learnt * (times > 1 ? 1 : 2), slowestMs)
    : Math.max(typeMs, Math.min(askedMs, mostLearntMs));
  return {
    ...(afterMs === undefined ? {} : { asked: true as const }),
    pausedUntil: plus(at, Math.min(Math.max(askedMs, ownMs), hourMs)),
    slower: { paceMs, until: plus(at, hourMs) },
  };
}

/** Whether people should hear on another channel that this one does not work. */
export const isFailing = ({ trouble }: ChannelState, sent: Sent, now: Instant): boolean =>
  trouble !== undefined &&
  !trouble.told &&
  ((sent.kind === 'refused' && sent.scope === 'channel') || now - trouble.since >= quietMs);

/** Whether a sending has shown that the receiver is back from an outage. */
export const isBack = (before: ChannelTrouble, after: ChannelTrouble | undefined, now: Instant): boolean =>
  before.wide && after === undefined && now - before.since >= outageMs;

/** Without the pause that trouble brought, for a person who says that it is over; one that was asked for stays. */
export function probedSoon(state: ChannelState): ChannelState | undefined {
  if (state.pausedUntil === undefined || state.asked) return undefined;
  const { pausedUntil: _, ...rest } = state;
  return rest;
}

/** What is written down as `next`, though others may have written since it was `read`: a pause that a person has ended stays ended. */
export function keepingProbe(next: ChannelState, read: ChannelState, stored: ChannelState): ChannelState {
  const isEnded = read.pausedUntil !== undefined && stored.pausedUntil === undefined;
  return (isEnded ? probedSoon(next) : undefined) ?? next;
}
