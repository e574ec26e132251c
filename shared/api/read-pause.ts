import { DURATION, durationMs } from '../config/duration.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Pause } from '../store/pauses.ts';
import { textField, wrongField } from './ship.ts';
import { readFuture } from './time-text.ts';

type Body = Record<string, unknown>;

export const pauseFields = ['reason', 'until', 'for'] as const;

/** `{reason?, until?}` or `{reason?, for?}`: a time in ISO 8601, or a duration such as `2h`. @throws BadRequest 422 */
export function readPause(body: Body, by: string, now: Instant): Pause {
  const [why, until] = [textField(body, 'reason'), readUntil(body, now)];
  return { by, at: now, ...(why ? { why } : {}), ...(until === undefined ? {} : { until }) };
}

/** `{until?}` or `{for?}`, as of a pause; undefined where neither is given. @throws BadRequest 422 */
export function readUntil(body: Body, now: Instant): Instant | undefined {
  const [until, lasts] = [textField(body, 'until'), textField(body, 'for')];
  if (until !== undefined && lasts !== undefined)
    throw wrongField('for', 'cannot stand beside until; give one of them');
  if (until !== undefined) return readFuture('until', until, now);
  if (lasts === undefined) return undefined;
  if (!DURATION.test(lasts))
    throw wrongField('for', 'must be a duration: a whole number, at least 1, and s, m, h or d, such as 90m or 2h');
  return plus(now, durationMs(lasts));
}
