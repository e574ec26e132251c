import type { Severity } from '../../config/config.ts';
import { type Instant, plus } from '../../core/time.ts';
import { backoffMs } from '../../run/backoff.ts';
import type { Sent } from '../channels/channel.ts';
import type { Delivery, Obsolete } from './delivery.ts';
import { waitsSince } from './delivery-record.ts';

const backoff = { baseMs: 10_000, maxMs: 3_600_000 };
/** Retried for at least a day: a receiver's bad night loses nothing. */
export const patienceMs = 26 * 3_600_000;
/** What waited for so long behind a channel's pauses gets some tries of its own. */
const leastAttempts = 5;
/** Who asks for patience so often means this delivery: it then leaves its place to the next. */
const mostInPlace = 3;
/** A limit is no fault of the message, but who meets nothing else for so long lets others try. */
const limitedInPlaceMs = 2 * 3_600_000;

/** Without what tells how an earlier sending went. */
function afresh(delivery: Delivery): Delivery {
  const { nextAttemptAt: _, lastError: __, failedAt: ___, obsolete: ____, correction: _____, ...rest } = delivery;
  return rest;
}

/** Made pending at `now`, whatever became of it before. */
export const pendAgain = (delivery: Delivery, now: Instant): Delivery => ({
  ...afresh(delivery),
  state: 'pending',
  pendingSince: now,
  attempts: 0,
});

/** What becomes of a delivery for which a record has news at `version`; undefined: nothing new. */
export function wantDelivery(
  delivery: Delivery,
  version: number,
  news: string,
  now: Instant = delivery.sentAt ?? delivery.createdAt,
): Delivery | undefined {
  if (delivery.sentNews === news || version <= delivery.sentVersion || version <= delivery.wantedVersion)
    return undefined;
  // What is being retried keeps its pace: the channel may have asked for patience (Retry-After).
  if (delivery.state === 'pending') return { ...delivery, wantedVersion: version };
  return { ...pendAgain(delivery, now), wantedVersion: version };
}

/** Given up: kept, listed, and sent again only by a replay or newer news. */
export const giveUp = (delivery: Delivery, why: string, now: Instant): Delivery => ({
  ...afresh(delivery),
  state: 'failed',
  failedAt: now,
  lastError: why,
});

/** Whether its news has waited for longer than anyone tries. */
export const isOutOfPatience = (delivery: Delivery, now: Instant): boolean =>
  delivery.state === 'pending' && now - waitsSince(delivery) > patienceMs;

/** What was told of a record's `version`; `severity`: of news that the receiver was given. */
export interface Told {
  version: number;
  news: string;
  severity?: Severity;
  obsolete?: Obsolete | undefined;
}

/** What becomes of a delivery after `sent`, having told `news` of the record's `version`. */
export function settleDelivery(earlier: Delivery, sent: Sent, told: Told, now: Instant): Delivery {
  // Also of what was told only in part: its message is changed then, not sent again.
  const delivery = sent.handle ? { ...earlier, handle: sent.handle } : earlier;
  const attempts = delivery.attempts + 1;
  switch (sent.kind) {
    case 'sent':
      return {
        ...afresh(delivery),
        // News that came while this was on its way is still to be told.
        state: delivery.wantedVersion > told.version ? 'pending' : 'sent',
        attempts: 0,
        sentVersion: Math.max(told.version, delivery.sentVersion),
        sentNews: told.news,
        ...(told.severity === 'error' ? { toldError: true } : {}),
        sentAt: now,
      };
    case 'refused':
      return {
        ...giveUp(delivery, sent.why, now),
        attempts,
        ...(told.obsolete ? { obsolete: told.obsolete } : {}),
      };
    case 'retry':
      return tryLater({ ...afresh(delivery), attempts }, sent, now);
    default:
      return sent satisfies never;
  }
}

function tryLater(delivery: Delivery, { why, limited, afterMs }: Sent & { kind: 'retry' }, now: Instant): Delivery {
  const { id, attempts } = delivery;
  if (isOutOfPatience(delivery, now) && attempts >= leastAttempts)
    return giveUp(delivery, `${why}; given up after ${attempts} attempts`, now);
  // The channel pauses as a whole, and this one keeps its place at the head.
  const keepsPlace = limited ? now - waitsSince(delivery) < limitedInPlaceMs : attempts <= mostInPlace;
  if ((limited || afterMs !== undefined) && keepsPlace) return { ...delivery, lastError: why };
  const pauseMs = Math.min(Math.max(afterMs ?? 0, backoffMs(id, attempts - 1, backoff)), backoff.maxMs);
  return { ...delivery, nextAttemptAt: plus(now, pauseMs), lastError: why };
}
