import { type Instant, plus } from '../core/time.ts';
import type { Sent } from './channels/channel.ts';
import type { Delivery } from './delivery.ts';

const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
/** Retried for at least a day: a receiver's bad night loses nothing. */
const patienceMs = 26 * 3_600_000;

/** What becomes of a delivery for which a record has news at `version`; undefined: nothing new. */
export function wantDelivery(delivery: Delivery, version: number, news: string): Delivery | undefined {
  if (delivery.sentNews === news || version <= delivery.sentVersion || version <= delivery.wantedVersion)
    return undefined;
  // What is being retried keeps its pace: the channel may have asked for patience (Retry-After).
  if (delivery.state === 'pending') return { ...delivery, wantedVersion: version };
  const { nextAttemptAt: _, lastError: __, ...rest } = delivery;
  return { ...rest, state: 'pending', wantedVersion: version, attempts: 0 };
}

/** What becomes of a delivery after `sent`, having told `news` of the record's `version`. */
export function settleDelivery(
  delivery: Delivery,
  sent: Sent,
  told: { version: number; news: string },
  now: Instant,
): Delivery {
  const { nextAttemptAt: _, lastError: __, ...rest } = delivery;
  const attempts = delivery.attempts + 1;
  switch (sent.kind) {
    case 'sent':
      return {
        ...rest,
        // News that came while this was on its way is still to be told.
        state: delivery.wantedVersion > told.version ? 'pending' : 'sent',
        attempts: 0,
        sentVersion: Math.max(told.version, delivery.sentVersion),
        sentNews: told.news,
        sentAt: now,
        ...(sent.handle ? { handle: sent.handle } : {}),
      };
    case 'refused':
      return { ...rest, state: 'failed', attempts, lastError: sent.why };
    case 'retry': {
      const pauseMs = Math.min(Math.max(sent.afterMs ?? 0, firstPauseMs * 2 ** (attempts - 1)), longestPauseMs);
      const nextAttemptAt = plus(now, pauseMs);
      if (nextAttemptAt - delivery.createdAt > patienceMs && attempts > 20)
        return { ...rest, state: 'failed', attempts, lastError: `${sent.why}; given up after ${attempts} attempts` };
      return { ...rest, attempts, nextAttemptAt, lastError: sent.why };
    }
    default:
      return sent satisfies never;
  }
}
