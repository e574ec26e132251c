/** One field of a cron expression: its limits and the names it knows. */
export interface Field {
  name: string;
  min: number;
  max: number;
  /** Names of the values from `min` on: JAN …, SUN …. */
  names?: readonly string[];
  /** Years do not wrap: 2030-2027 is a mistake, FRI-MON is not. */
  wraps: boolean;
}

export const minuteField: Field = { name: 'minutes', min: 0, max: 59, wraps: true };
export const hourField: Field = { name: 'hours', min: 0, max: 23, wraps: true };
export const dayOfMonthField: Field = { name: 'day-of-month', min: 1, max: 31, wraps: true };
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
export const monthField: Field = { name: 'month', min: 1, max: 12, names: months, wraps: true };
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
export const dayOfWeekField: Field = { name: 'day-of-week', min: 1, max: 7, names: weekdays, wraps: true };
export const yearField: Field = { name: 'year', min: 1970, max: 2199, wraps: false };

/** Thrown inside the parser only; parseSchedule turns it into its `problem`. */
export class BadExpression extends Error {
  override readonly name = 'BadExpression';
}

export function bad(field: Field, text: string, why: string): never {
  throw new BadExpression(`the ${field.name} field "${text}" ${why}`);
}

/** The values of lists, ranges and steps: `0,30`, `20-2`, `MON-FRI`, `5/15`, `*`. */
export function valuesOf(field: Field, text: string): Set<number> {
  return new Set(text.split(',').flatMap((item) => itemValues(field, text, item)));
}

function itemValues(field: Field, text: string, item: string): number[] {
  const [range = '', step, ...more] = item.split('/');
  if (more.length) bad(field, text, 'has more than one "/" in one item');
  const every = step === undefined ? 1 : stepOf(field, text, step);
  const [from, to] = boundsOf(field, text, range, step !== undefined);
  const size = field.max - field.min + 1;
  const length = to >= from ? to - from : to - from + size;
  const values: number[] = [];
  for (let distance = 0; distance <= length; distance += every) {
    values.push(((from - field.min + distance) % size) + field.min);
  }
  return values;
}

function boundsOf(field: Field, text: string, range: string, stepped: boolean): [number, number] {
  if (range === '*') return [field.min, field.max];
  const [from = '', to, ...more] = range.split('-');
  if (more.length) bad(field, text, `has a range with more than one "-": ${range}`);
  const first = valueIn(field, text, from);
  if (to === undefined) return [first, stepped ? field.max : first];
  const last = valueIn(field, text, to);
  if (last < first && !field.wraps) bad(field, text, `has a range that ends before it starts; write ${last}-${first}`);
  return [first, last];
}

function stepOf(field: Field, text: string, step: string): number {
  const value = /^\d{1,4}$/.test(step) ? Number(step) : 0;
  const most = field.max - field.min + (field.min === 1 ? 1 : 0);
  if (value < 1 || value > most) bad(field, text, `has the step "${step}"; use 1 to ${most}`);
  return value;
}

/** One number or name of the field. */
export function valueIn(field: Field, text: string, value: string): number {
  const named = field.names?.indexOf(value.toUpperCase()) ?? -1;
  if (named >= 0) return field.min + named;
  const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= field.min && number <= field.max) return number;
  const names = field.names ? ` or ${field.names[0]}-${field.names.at(-1)}` : '';
  return bad(field, text, `has "${value}"; use ${field.min}-${field.max}${names}`);
}
