import { BadRequest } from '../core/errors.ts';

const mostPerPage = 100;

/** The query's `limit`, 1 to 100, by default 20. @throws BadRequest 422 */
export function limitOf(text: string | undefined): number {
  if (text === undefined) return 20;
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= mostPerPage) return limit;
  throw wrong('limit', `must be a whole number from 1 to ${mostPerPage}`);
}

/** The query's `cursor`, as `cursorAfter` made it of a text that `shape` describes. @throws BadRequest 422 */
export function cursorOf(text: string | undefined, shape: RegExp): string | undefined {
  if (text === undefined || text === '') return undefined;
  const position = Buffer.from(text, 'base64url').toString('utf8');
  // What Buffer passes over or cannot read does not come back as it was.
  if (shape.test(position) && cursorAfter(position) === text) return position;
  throw wrong('cursor', 'must be the cursor of an earlier answer');
}

export const cursorAfter = (position: string): string => Buffer.from(position).toString('base64url');

const wrong = (field: string, message: string) => new BadRequest(422, `${field} ${message}`, [{ field, message }]);
