import { type Instant, plus } from '../../core/time.ts';
import type { Item, Table } from '../../store/table.ts';
import type { Message } from '../message.ts';
import { familyOf } from '../news-kind.ts';

/** Whose turn it is: what a channel is told of one job or service comes in the order in which it happened. */
interface TurnItem extends Item {
  /** Deliveries, in the order of their newest news; some were sent meanwhile. */
  ids: readonly string[];
}

const races = 20;
const keptMs = 90 * 86_400_000;
/** The order of more than so many that wait is only that of their times. */
const mostKept = 200;

const kinds: Readonly<Record<string, string>> = {
  run: 'job',
  deployment: 'service',
  service: 'service',
  environment: 'environment',
};

/** Within what news has an order: a job, a service; undefined where each piece of news stands alone. */
export function orderedBy({ kind, subject, incident }: Message): string | undefined {
  const ordered = kinds[familyOf(kind)];
  return ordered ? `${ordered}:${subject}` : incident?.key;
}

const keyOf = (channel: string, subject: string) => ({ pk: `turn#${channel}#${subject}`, sk: 'turn' });

interface Place {
  channel: string;
  subject: string;
}

async function change(
  table: Table,
  { channel, subject }: Place,
  now: Instant,
  next: (ids: readonly string[]) => readonly string[],
): Promise<boolean> {
  const key = keyOf(channel, subject);
  const item = (await table.get(key)) as TurnItem | undefined;
  const version = item?.version ?? 0;
  const expiresAt = Math.ceil(plus(now, keptMs) / 1000);
  return table.put({ ...key, ids: next(item?.ids ?? []), version: version + 1, expiresAt }, version);
}

/** The delivery `id` has the newest news of its subject. Safe to repeat. @throws Error after many lost races */
export async function takeTurn(table: Table, place: Place & { id: string }, now: Instant): Promise<void> {
  const { id } = place;
  for (let attempt = 0; attempt < races; attempt++) {
    if (await change(table, place, now, (ids) => [...ids.filter((other) => other !== id), id].slice(-mostKept))) return;
  }
  throw new Error(`the turn of ${place.subject} on ${place.channel} was taken by others ${races} times in a row`);
}

/** Those whose turn is before that of `id`, the first of them first; none where it has no turn any more. */
export async function turnsBefore(table: Table, place: Place & { id: string }): Promise<readonly string[]> {
  const ids = ((await table.get(keyOf(place.channel, place.subject))) as TurnItem | undefined)?.ids ?? [];
  return ids.slice(0, Math.max(ids.indexOf(place.id), 0));
}

/** These have been told or given up. A lost race leaves them to the next. */
export async function forgetTurns(table: Table, place: Place, gone: readonly string[], now: Instant): Promise<void> {
  await change(table, place, now, (ids) => ids.filter((id) => !gone.includes(id)));
}
