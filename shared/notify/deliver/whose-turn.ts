import type { Instant } from '../../core/time.ts';
import type { DeliverDeps } from './deliver.ts';
import type { OpenChannel } from './deliver-channel.ts';
import { type Delivery, isMuted } from './delivery.ts';
import { waitsSince } from './delivery-record.ts';
import { forgetTurns, turnsBefore } from './turns.ts';

/** What is to be done for a delivery that is due. */
export type Whose =
  /** It, or another one of its subject that comes first, is to be told now. */
  | { kind: 'tell'; delivery: Delivery }
  /** One that comes first is tried again then. */
  | { kind: 'wait'; until: Instant }
  | { kind: 'not-due'; delivery: Delivery | undefined };

/** So long the news of a subject waits for what came before it and is not taken, by itself, in so many attempts. */
const patienceMs = 5 * 60_000;
const enoughAttempts = 4;
/** So many before it are looked at. */
const mostLookedAt = 40;
/** As many that are done are taken out of the order together. */
const enoughDone = 3;

/** `broken`: could not be worked on, and holds up no other. */
export async function whoseTurn(
  id: string,
  channel: OpenChannel,
  deps: DeliverDeps,
  isBroken: (id: string) => boolean,
): Promise<Whose> {
  const { deliveries } = deps.stores;
  const stored = await deliveries.get(id);
  if (stored && Object.keys(stored.outbox).length > 0) await deliveries.flush(id);
  const delivery = stored?.value;
  const now = deps.now();
  if (delivery?.state !== 'pending' || (delivery.nextAttemptAt ?? 0) > now) return { kind: 'not-due', delivery };
  const { orderedBy: subject } = delivery;
  if (subject === undefined) return { kind: 'tell', delivery };
  const place = { channel: channel.name, subject };
  const done: string[] = [];
  let found: Whose | undefined;
  for (const other of (await turnsBefore(deps.stores.table, { ...place, id })).slice(0, mostLookedAt)) {
    if (isBroken(other)) continue;
    const earlier = (await deliveries.get(other))?.value;
    if (earlier?.state !== 'pending') done.push(other);
    else found = standing(earlier, delivery, channel, now);
    if (found) break;
  }
  if (done.length >= enoughDone) await forgetTurns(deps.stores.table, place, done, now);
  return found ?? { kind: 'tell', delivery };
}

/** What `earlier` makes of the turn of `later`; undefined where it does not hold it up. */
function standing(earlier: Delivery, later: Delivery, channel: OpenChannel, now: Instant): Whose | undefined {
  // Nobody is to hear it yet.
  if (isMuted(earlier, now)) return undefined;
  const { nextAttemptAt: until = now, attempts } = earlier;
  // Where it is the channel that fails, whatever is tried next only asks whether it is back.
  if (until <= now || channel.trouble()?.wide) return { kind: 'tell', delivery: earlier };
  // While the channel rests nothing is taken, so that says nothing of this one.
  const waits = now - Math.max(waitsSince(later), channel.restedUntil());
  return attempts >= enoughAttempts && waits >= patienceMs ? undefined : { kind: 'wait', until };
}
