import { type Instant, plus } from '../../core/time.ts';
import type { Item, Table } from '../../store/table.ts';
import type { Message } from '../message.ts';
import { familyOf } from '../news-kind.ts';
import { type Delivery, isMuted } from './delivery.ts';

/** A delivery's place among those of its subject on its channel: news of one subject is told in the order it came. */
export interface Turn {
  number: number;
  /** The delivery that had the turn before. */
  after?: string;
}

interface TurnItem extends Item {
  number: number;
  id: string;
  after?: string;
}

const races = 20;
const keptMs = 90 * 86_400_000;

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

/** The next turn for the delivery `id`. @throws Error after many lost races */
export async function takeTurn(
  table: Table,
  { channel, subject, id }: { channel: string; subject: string; id: string },
  now: Instant,
): Promise<Turn> {
  const key = { pk: `turn#${channel}#${subject}`, sk: 'turn' };
  for (let attempt = 0; attempt < races; attempt++) {
    const item = (await table.get(key)) as TurnItem | undefined;
    // Its own turn once more is no reason to forget whose was before.
    const after = item?.id === id ? item.after : item?.id;
    const turn = { number: (item?.number ?? 0) + 1, ...(after === undefined ? {} : { after }) };
    const version = item?.version ?? 0;
    const expiresAt = Math.ceil(plus(now, keptMs) / 1000);
    if (await table.put({ ...key, ...turn, id, version: version + 1, expiresAt }, version)) return turn;
  }
  throw new Error(`the turn of ${subject} on ${channel} was taken by others ${races} times in a row`);
}

/** Whether `later` has to wait for `earlier`; never for what is muted, as nobody is to hear that yet. */
export const goesBefore = (earlier: Delivery, later: Delivery, now: Instant): boolean =>
  earlier.state === 'pending' && (earlier.turn?.number ?? 0) < (later.turn?.number ?? 0) && !isMuted(earlier, now);
