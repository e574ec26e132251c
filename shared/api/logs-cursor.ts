import type { LogPlace } from '../aws/log-place.ts';
import { BadRequest } from '../core/errors.ts';
import { fields, number, text } from '../events/parse.ts';

/** A place in a run's log. `attempt` is 0 before the first one has a stream. */
export interface LogCursor {
  attempt: number;
  place: LogPlace;
}

export const encodeCursor = ({ attempt, place }: LogCursor): string =>
  Buffer.from(JSON.stringify({ attempt, ...place })).toString('base64url');

const isWhole = (value: number | undefined) => value === undefined || (Number.isSafeInteger(value) && value >= 0);

function read(cursor: string): LogCursor | undefined {
  try {
    const given = fields(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    const token = text(given.token);
    const attempt = number(given.attempt);
    const known = (['skip', 'at', 'seen', 'since'] as const).map((name) => [name, number(given[name])] as const);
    if (attempt === undefined || ![attempt, ...known.map(([, value]) => value)].every(isWhole)) return undefined;
    const place: LogPlace = Object.fromEntries(known.filter(([, value]) => value !== undefined));
    return { attempt, place: token ? { ...place, token } : place };
  } catch {
    return undefined;
  }
}

/** @throws BadRequest for what is no cursor of ours. */
export function decodeCursor(cursor: string): LogCursor {
  const found = read(cursor);
  if (found) return found;
  throw new BadRequest(422, 'cursor is not one that this API gave', [{ field: 'cursor', message: 'is not known' }]);
}
