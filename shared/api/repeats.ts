import { BadRequest } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { plus } from '../core/time.ts';
import type { Table } from '../store/table.ts';

/** At least a day, as clients repeat what they got no answer to. */
const keptMs = 25 * 3_600_000;

interface Repeatable {
  caller: string;
  /** The route, with its names filled in. */
  route: string;
  /** Without one, nothing is remembered. */
  key: string | undefined;
  requestHash: string;
}

/**
 * Does `act` once per key: a repeat gets the first answer. Only successes are remembered, so `act` must
 * bear being done again after a crash between the two.
 * @throws BadRequest 409 where the key was used for another request
 */
export async function onceByKey<Answer>(
  { table, now }: { table: Table; now(): Instant },
  { caller, route, key, requestHash }: Repeatable,
  act: () => Promise<Answer>,
): Promise<Answer> {
  if (key === undefined) return act();
  const itemKey = { pk: `idempotency#${caller}#${route}#${key}`, sk: 'idempotency' };
  const known = await table.get(itemKey);
  const isKnown = known !== undefined && Number(known.until) > now();
  if (isKnown && known.requestHash !== requestHash) throw keyConflict('');
  if (isKnown) return known.answer as Answer;
  const answer = await act();
  const until = plus(now(), keptMs);
  const item = { ...itemKey, requestHash, answer, until, expiresAt: Math.ceil(until / 1000) };
  const version = known?.version ?? 0;
  await table.put({ ...item, version: version + 1 }, version);
  return answer;
}

/** @param made what the other request led to, where that is known. */
export function keyConflict(made: string): BadRequest {
  const message = `This Idempotency-Key was used for another request${made ? `, which started ${made}` : ''}`;
  return new BadRequest(409, message, [{ field: 'Idempotency-Key', message: 'was used with another body' }]);
}
