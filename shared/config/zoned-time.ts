import { isDate } from './param-value.ts';

const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Whether the text is a time with its zone, of a day that exists: `2026-12-01T00:00:00Z`, `2026-12-01T00:00-03:00`. */
export function isZonedTime(text: string): boolean {
  const [, date] = TIME.exec(text) ?? [];
  return date !== undefined && isDate(date);
}
