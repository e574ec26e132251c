import type { JobConfig, ParamConfig } from '../config/config.ts';
import { paramFromText } from '../config/param-text.ts';
import { isDate } from '../config/param-value.ts';
import { mostItems } from './fan-out-store.ts';

/** Given as a range, a list or an array; `problem` is a clause behind the parameter's name. */
type Expanded = { values: readonly unknown[] } | { problem: string };
export type ForEach = { name: string; values: readonly unknown[] } | { field: string; problem: string };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `{date: "2026-11-01..2026-11-20"}` → the parameter and its values, one for each item; also `1..100`, `a,b,c`
 * and an array. Whether the job takes the values is checked with the items.
 */
export function expandForEach(job: Pick<JobConfig, 'params'>, forEach: unknown): ForEach {
  const [entry, ...more] = isRecord(forEach) ? Object.entries(forEach) : [];
  if (!entry || more.length > 0)
    return {
      field: 'forEach',
      problem: 'must name one parameter, such as {"date": "2026-11-01..2026-11-20"}; for several give items',
    };
  const [name, given] = entry;
  const field = `forEach.${name}`;
  const param = Object.hasOwn(job.params, name) ? job.params[name] : undefined;
  const known = Object.keys(job.params).join(', ') || 'none';
  if (!param) return { field, problem: `is not a parameter of this job; it has ${known}` };
  if (param.type === 'list') return { field, problem: 'takes a list itself; give items' };
  const expanded = Array.isArray(given) ? { values: given } : expand(given, param);
  return 'problem' in expanded ? { field, ...expanded } : { name, ...expanded };
}

function expand(given: unknown, param: ParamConfig): Expanded {
  if (typeof given !== 'string' || given.trim() === '')
    return { problem: 'must be a range such as 1..100 or 2026-11-01..2026-11-20, or a list such as a,b,c' };
  const text = given.trim();
  const [, first, last] = /^(-?\d{1,15})\.\.(-?\d{1,15})$/.exec(text) ?? [];
  if (first !== undefined) return numbers(Number(first), Number(last), param);
  const [, from, to] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return days(from, to);
  return { values: text.split(',').map((part) => paramFromText(param, part.trim())) };
}

function numbers(first: number, last: number, param: ParamConfig): Expanded {
  if (last < first) return { problem: `ends before it begins; write ${last}..${first}` };
  const problem = tooMany(last - first + 1);
  if (problem) return { problem };
  return { values: Array.from({ length: last - first + 1 }, (_, step) => paramFromText(param, `${first + step}`)) };
}

const dayMs = 86_400_000;

/** Both included. Days of the calendar have no time zone. */
function days(from: string, to: string): Expanded {
  const missing = [from, to].find((text) => !isDate(text));
  if (missing) return { problem: `has no day ${missing}` };
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (last < first) return { problem: `ends before it begins; write ${to}..${from}` };
  const count = (last - first) / dayMs + 1;
  const problem = tooMany(count);
  if (problem) return { problem };
  return {
    values: Array.from({ length: count }, (_, step) => new Date(first + step * dayMs).toISOString().slice(0, 10)),
  };
}

/** Said before they are made: a range is short to write. */
const tooMany = (count: number) => (count > mostItems ? tooManyItems(count) : undefined);
export const tooManyItems = (count: number) => `has ${count} items; at most ${mostItems} are taken`;
