import { mostLines } from '../aws/log-reader.ts';
import { DURATION, durationMs } from '../config/duration.ts';
import { BadRequest } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { decodeCursor, type LogCursor } from './logs-cursor.ts';

/** What a reader of a run's log asks for. A cursor has decided `since` and `tail` already. */
export interface LogQuery {
  cursor: LogCursor | undefined;
  limit: number;
  since: number | undefined;
  tail: number | undefined;
  search: string | undefined;
  attempt: number | undefined;
}

const wrong = (field: string, message: string) => new BadRequest(422, `${field} ${message}`, [{ field, message }]);

function whole(field: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= least && value <= most) return value;
  throw wrong(field, `must be a whole number from ${least} to ${most}`);
}

function timeOf(text: string | undefined, now: Instant): number | undefined {
  if (text === undefined) return undefined;
  if (DURATION.test(text)) return Math.max(0, now - durationMs(text));
  const at = Date.parse(text);
  // With its zone: a time without one would be another for each reader.
  if (/^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/.test(text) && at >= 0) return at;
  throw wrong('since', 'must be a duration such as 10m or a time such as 2026-11-20T18:00:00Z');
}

/** @throws BadRequest 422 naming the field at fault */
export function readLogQuery(query: Readonly<Record<string, string>>, now: Instant): LogQuery {
  const { cursor, search } = query;
  const asked = {
    cursor: cursor ? decodeCursor(cursor) : undefined,
    limit: whole('limit', query.limit, 1, mostLines) ?? mostLines,
    since: timeOf(query.since, now),
    tail: whole('tail', query.tail, 0, mostLines),
    search: search || undefined,
    attempt: whole('attempt', query.attempt, 1, 999_999),
  };
  if (asked.tail !== undefined && asked.search !== undefined)
    throw wrong('tail', 'cannot stand beside search; read what is found from the start and keep the last lines');
  if (asked.cursor?.attempt && asked.attempt && asked.cursor.attempt !== asked.attempt)
    throw wrong('cursor', `is of attempt ${asked.cursor.attempt}, not of attempt ${asked.attempt}`);
  return asked;
}
