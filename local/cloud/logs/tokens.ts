import { AwsError } from '../service.ts';

/** GetLogEvents and FilterLogEvents: "The token expires after 24 hours" (docs). */
const lifeMs = 24 * 3_600_000;

/** A place between two events: `f` reads what comes after `id`, `b` what comes before it. */
export interface Cursor {
  direction: 'f' | 'b';
  id: string;
  /** Two spellings of one place, so that an empty page mid-stream can bring a token that differs. */
  variant: 's' | 't';
}

export const spellToken = ({ direction, id, variant }: Cursor, now: number): string =>
  `${direction}/${id}/${variant}@${Math.floor(now).toString(36)}`;

/** @throws AwsError InvalidParameterException for a token that was never given, or more than a day ago. */
export function parseToken(token: string, now: number): Cursor {
  const [, direction, id, variant, givenAt] = /^([fb])\/(\d{56})\/([st])@([0-9a-z]+)$/.exec(token) ?? [];
  if (!direction || !id || !variant || now - Number.parseInt(givenAt ?? '', 36) >= lifeMs)
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return { direction: direction as Cursor['direction'], id, variant: variant as Cursor['variant'] };
}
