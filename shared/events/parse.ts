/**
 * What a parser makes of a raw event: our type, or why it is none of our business. `debug` is for
 * routine (an untagged push), `info` for what someone may look for (a job that is not ours).
 */
export type Parsed<Event> = { kind: 'event'; value: Event } | { kind: 'ignored'; why: string; level: 'debug' | 'info' };
export type Parser<Event> = (raw: unknown) => Parsed<Event>;

export const ignored = (why: string, level: 'debug' | 'info' = 'info'): Parsed<never> => ({
  kind: 'ignored',
  why,
  level,
});

type Fields = Readonly<Record<string, unknown>>;

/** The value as an object's fields; empty for anything else, so that look-ups are safe on any input. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
