import { BadRequest } from '../core/errors.ts';
import { fields, number, text } from '../events/parse.ts';
import type { LogLine } from './logs.ts';

/**
 * A place in a log stream: CloudWatch's token, and, since tokens expire after 24 hours, the time of the
 * last line read with how many lines of that millisecond were read.
 */
export interface LogCursor {
  token?: string;
  at?: number;
  seen?: number;
}

export const encodeCursor = (cursor: LogCursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url');

const unknownCursor = () =>
  new BadRequest(422, 'cursor is not one that this API gave', [{ field: 'cursor', message: 'is not known' }]);

const isWhole = (value: number | undefined) => value === undefined || (Number.isSafeInteger(value) && value >= 0);

/** @throws BadRequest for what is no cursor of ours. */
export function decodeCursor(cursor: string | undefined): LogCursor {
  if (!cursor) return {};
  try {
    const read = fields(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    const [token, at, seen] = [text(read.token), number(read.at), number(read.seen)];
    if (!isWhole(at) || !isWhole(seen)) throw unknownCursor();
    return {
      ...(token ? { token } : {}),
      ...(at === undefined ? {} : { at }),
      ...(seen === undefined ? {} : { seen }),
    };
  } catch {
    throw unknownCursor();
  }
}

/** The cursor behind `lines`. */
export function advance(cursor: LogCursor, lines: readonly LogLine[], token: string | undefined): LogCursor {
  const at = lines.at(-1)?.at ?? cursor.at;
  if (at === undefined) return token ? { token } : {};
  const seen = lines.filter((line) => line.at === at).length + (at === cursor.at ? (cursor.seen ?? 0) : 0);
  return { ...(token ? { token } : {}), at, seen };
}

/** Lines read again from the cursor's time on, without those it had seen. */
export function skipSeen({ at, seen = 0 }: LogCursor, lines: readonly LogLine[]): LogLine[] {
  return lines.filter((line, index) => line.at !== at || index >= seen);
}
