declare const instant: unique symbol;
/** Milliseconds since the epoch. */
export type Instant = number & { readonly [instant]: true };

/** @throws RangeError for what is no date. */
export function toInstant(value: number | string | Date): Instant {
  const ms = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : value;
  if (!Number.isFinite(ms)) throw new RangeError(`${String(value)} is not a point in time`);
  return ms as Instant;
}

export const plus = (at: Instant, ms: number): Instant => (at + ms) as Instant;
export const iso = (at: Instant): string => new Date(at).toISOString();
/** For people: without the milliseconds. */
export const isoToSecond = (at: Instant): string => iso(at).replace(/\.\d{3}Z$/, 'Z');
