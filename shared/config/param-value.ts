import { daysInMonth } from '../schedule/calendar.ts';
import type { ParamConfig, ParamScalar, ParamValue } from './config.ts';
import { DURATION, durationMs } from './duration.ts';
import { isSecretName } from './secret-name.ts';

/** What a value is held to. */
export type ValueRules = Pick<ParamConfig, 'type' | 'items' | 'enum' | 'min' | 'max' | 'pattern' | 'secret'>;

/** RunTask takes no more JSON than this in all: a longer text could never reach a script. */
export const maxTextLength = 8192;

/**
 * What is wrong with one value apart from its pattern, e.g. "must be a whole number", or undefined.
 * A value is never quoted: it may be a secret that somebody put in the wrong place.
 */
export function valueProblem(param: ValueRules, value: unknown): string | undefined {
  if (!IS_TYPE[param.type](value)) return `must be ${TYPE_NAMES[param.type]}`;
  return Array.isArray(value) ? listProblem(param, value) : scalarProblem(param, value as ParamScalar);
}

/** How a value is written in an argument and in the environment: a list as JSON. */
export function paramText(value: ParamValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function listProblem({ min, max, items = 'string', enum: allowed }: ValueRules, list: unknown[]): string | undefined {
  if (list.length < Number(min ?? 0)) return `must have at least ${counted(min, 'item')}`;
  if (list.length > Number(max ?? Infinity)) return `must have at most ${counted(max, 'item')}`;
  const rules = { type: items, ...(allowed === undefined ? {} : { enum: allowed }) };
  const problems = Array.from(list, (item) => valueProblem(rules, item));
  const first = problems.findIndex((problem) => problem !== undefined);
  return first < 0 ? undefined : `item ${first + 1} ${problems[first]}`;
}

function scalarProblem(param: ValueRules, value: ParamScalar): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'must not hold a NUL character';
    if (value.length > maxTextLength) return `has more than the ${maxTextLength} characters that a run can be given`;
    if (param.secret && !isSecretName(value)) return NO_SECRET;
  }
  if (param.enum !== undefined && !param.enum.includes(value)) return `must be one of ${param.enum.join(', ')}`;
  return boundProblem(param, value);
}

const NO_SECRET = "takes no secret itself; give the name of a parameter, such as /shop/db/password, or a secret's ARN";

function boundProblem({ type, min, max }: ValueRules, value: ParamScalar): string | undefined {
  const size = sizeOf(type, value);
  if (min !== undefined && size < boundOf(type, min)) return tooSmall(type, min);
  if (max !== undefined && size > boundOf(type, max)) return tooLarge(type, max);
  return undefined;
}

/** What `min` and `max` are compared with. */
function sizeOf(type: ParamConfig['type'], value: ParamScalar): number {
  return type === 'string' ? [...String(value)].length : boundOf(type, value);
}

/** A bound as a number: of strings and lists a count already. */
export function boundOf(type: ParamConfig['type'], bound: ParamScalar): number {
  if (type === 'date') return Date.parse(`${bound}`);
  return type === 'duration' ? durationMs(`${bound}`) : Number(bound);
}

function tooSmall(type: ParamConfig['type'], min: ParamScalar): string {
  if (type === 'string') return `must have at least ${counted(min, 'character')}`;
  return type === 'date' ? `must not be before ${min}` : `must be at least ${min}`;
}

function tooLarge(type: ParamConfig['type'], max: ParamScalar): string {
  if (type === 'string') return `must have at most ${counted(max, 'character')}`;
  return type === 'date' ? `must not be after ${max}` : `must be at most ${max}`;
}

const counted = (count: ParamScalar | undefined, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

const TYPE_NAMES: Record<ParamConfig['type'], string> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  list: 'a list',
  date: 'a date such as 2026-11-20',
  duration: 'a duration such as 15m',
};

const IS_TYPE: Record<ParamConfig['type'], (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: Number.isFinite,
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === 'boolean',
  list: Array.isArray,
  date: (value) => typeof value === 'string' && isDate(value),
  duration: (value) => typeof value === 'string' && DURATION.test(value),
};

/** `YYYY-MM-DD` of a day that exists. */
export function isDate(text: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}
