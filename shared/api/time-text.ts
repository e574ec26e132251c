import { isDate } from '../config/param-value.ts';
import { timeZoneProblem } from '../config/time-zone.ts';
import { type Instant, iso, toInstant } from '../core/time.ts';
import { timeZone } from '../schedule/zone.ts';
import { wrongField } from './ship.ts';

const shape = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/;

/** Set where a time may come without its zone; `zone` as it was given, if it was. */
interface Wall {
  zone: string | undefined;
}

/**
 * A time in ISO 8601, with its zone: one without would be another time for each reader. Without one it is the wall
 * clock's of `wall.zone`, where that is given.
 * @throws BadRequest 422 naming `field`
 */
export function readTime(field: string, text: string, wall?: Wall): Instant {
  const [, day = '', , , , offset] = shape.exec(text) ?? [];
  const zone = wall?.zone;
  if (!isDate(day)) throw wrongField(field, `must be a time such as 2026-11-20T18:00:00Z${orOnTheWall(wall)}`);
  if (offset === undefined && zone === undefined)
    throw wrongField(field, `has no time zone; write ${text}Z${wall ? ', or give timezone' : ''}`);
  if (offset !== undefined && zone !== undefined)
    throw wrongField('timezone', `cannot stand beside a time that says its own zone (${offset})`);
  return zone === undefined ? toInstant(text) : onTheWall(field, text, zone);
}

const orOnTheWall = (wall: Wall | undefined) =>
  wall ? `, or 2026-11-20T18:00 with timezone ${wall.zone ?? 'Europe/Lisbon'}` : '';

/** Where the clocks show it twice, the first time counts, as for schedules. */
function onTheWall(field: string, text: string, name: string): Instant {
  const zone = timeZone(name);
  if (!zone) throw wrongField('timezone', `is wrong: ${timeZoneProblem(name)}`);
  const at = zone.instantOf(Date.parse(`${text}Z`));
  if (at === undefined) throw wrongField(field, `does not exist in ${name}: the clocks skip ${text}`);
  return toInstant(at);
}

const lastOf9999 = toInstant('9999-12-31T23:59:59.999Z');

/** As `readTime`. @throws BadRequest 422 for what is over, or after the year 9999 */
export function readFuture(field: string, text: string, now: Instant, wall?: Wall): Instant {
  const at = readTime(field, text, wall);
  if (at <= now) throw wrongField(field, `must be in the future; it is ${iso(now)}`);
  // ISO 8601 writes later years with a sign, and the table sorts by that text.
  if (at > lastOf9999) throw wrongField(field, `must be no later than ${iso(lastOf9999)}`);
  return at;
}
