import type { JobConfig, ParamValue } from '../config/config.ts';
import { checkParamsOfEach } from '../config/job-parameters.ts';
import { type FanOutItem, mostItems } from './fan-out-store.ts';
import { expandForEach, tooManyItems } from './for-each.ts';

/** `field` is a path into the request. */
interface FieldProblem {
  field: string;
  message: string;
}
/** `params`: what all have in common, defaults filled in; an item's own values lie over it. */
export type CheckedItems =
  | { ok: true; params: Record<string, ParamValue>; items: readonly FanOutItem[] }
  | { ok: false; problems: readonly FieldProblem[] };

const mostItemBytes = 2_000;
/** So many problems are told. */
const mostTold = 10;

interface Given {
  params?: unknown;
  items?: unknown;
  forEach?: unknown;
}
type Job = Pick<JobConfig, 'params'>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const no = (field: string, message: string) => ({ ok: false, problems: [{ field, message }] }) as const;

/** Every item of a fan-out as the job would get it; the first problems are told. */
export function checkItems(job: Job, { params = {}, items, forEach }: Given): CheckedItems {
  if (items !== undefined && forEach !== undefined) return no('forEach', 'cannot stand beside items; give one of them');
  if (!isRecord(params)) return no('params', 'must be an object of parameters');
  const twice = isRecord(forEach) ? Object.keys(forEach).find((name) => Object.hasOwn(params, name)) : undefined;
  if (twice !== undefined)
    return no(`params.${twice}`, 'is given by forEach for each run; leave it out of one of them');
  const listed = forEach === undefined ? listOf(items) : itemsFor(job, forEach);
  if ('problem' in listed) return no(listed.field, listed.problem);
  const problems = listed.items.flatMap((item, index) => shapeProblems(item, listed.fieldOf(index)));
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, mostTold) };
  return checkValues(job, params, listed.items as FanOutItem[], listed.fieldOf);
}

function checkValues(
  job: Job,
  params: Record<string, unknown>,
  items: readonly FanOutItem[],
  fieldOf: FieldOf,
): CheckedItems {
  // By field: what is wrong with a value that all share is told once.
  const problems = new Map<string, FieldProblem>();
  const whole = items.map((item) => ({ ...params, ...item }));
  for (const [index, checked] of checkParamsOfEach(job, whole).entries()) {
    if (checked.ok) continue;
    for (const { name, message } of checked.problems) {
      const isOwn = Object.hasOwn(items[index] ?? {}, name);
      const field = isOwn ? fieldOf(index, name) : `params.${name}`;
      problems.set(field, { field, message });
    }
  }
  if (problems.size > 0) return { ok: false, problems: [...problems.values()].slice(0, mostTold) };
  return { ok: true, params: withDefaults(job, params), items };
}

type FieldOf = (index: number, name?: string) => string;
type Listed = { items: readonly unknown[]; fieldOf: FieldOf } | { field: string; problem: string };

function listOf(items: unknown): Listed {
  const field = 'items';
  if (!Array.isArray(items) || items.length === 0) return { field, problem: 'must be a list of at least one item' };
  if (items.length > mostItems) return { field, problem: tooManyItems(items.length) };
  return { items, fieldOf: (index, name) => `items[${index}]${name ? `.${name}` : ''}` };
}

function itemsFor(job: Job, forEach: unknown): Listed {
  const expanded = expandForEach(job, forEach);
  if ('problem' in expanded) return expanded;
  const { name, values } = expanded;
  const field = `forEach.${name}`;
  if (values.length === 0) return { field, problem: 'must have at least one value' };
  if (values.length > mostItems) return { field, problem: tooManyItems(values.length) };
  return { items: values.map((value) => ({ [name]: value })), fieldOf: (index) => `${field}[${index}]` };
}

function shapeProblems(item: unknown, field: string): FieldProblem[] {
  if (!isRecord(item)) return [{ field, message: 'must be an object of parameters' }];
  const bytes = Buffer.byteLength(JSON.stringify(item));
  return bytes > mostItemBytes
    ? [{ field, message: `has ${bytes} bytes of JSON; at most ${mostItemBytes} are taken` }]
    : [];
}

/** What is given, unchecked, and defaults; what each item says itself may be missing. */
export function withDefaults({ params }: Job, given: Readonly<Record<string, unknown>>): Record<string, ParamValue> {
  const defaults = Object.entries(params).map(([name, param]) => [name, param.default]);
  return { ...Object.fromEntries(defaults.filter(([, value]) => value !== undefined)), ...given };
}
