import type { JobConfig, ParamValue } from '../config/config.ts';
import { checkParams } from '../config/job-parameters.ts';
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
  const listed = forEach === undefined ? listOf(items) : itemsFor(job, forEach);
  if ('problem' in listed) return no(listed.field, listed.problem);
  // By field: what is wrong with a value that all share is told once.
  const problems = new Map<string, FieldProblem>();
  for (const [index, item] of listed.items.entries()) {
    if (problems.size >= mostTold) break;
    for (const problem of itemProblems(job, params, item, (name) => listed.fieldOf(index, name)))
      problems.set(problem.field, problem);
  }
  if (problems.size > 0) return { ok: false, problems: [...problems.values()].slice(0, mostTold) };
  return { ok: true, params: inCommon(job, params), items: listed.items as FanOutItem[] };
}

type FieldOf = (index: number, name: string | undefined) => string;
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

function itemProblems(
  job: Job,
  params: Record<string, unknown>,
  item: unknown,
  fieldOf: (name?: string) => string,
): FieldProblem[] {
  if (!isRecord(item)) return [{ field: fieldOf(), message: 'must be an object of parameters' }];
  const bytes = Buffer.byteLength(JSON.stringify(item));
  if (bytes > mostItemBytes)
    return [{ field: fieldOf(), message: `has ${bytes} bytes of JSON; at most ${mostItemBytes} are taken` }];
  const checked = checkParams(job, { ...params, ...item });
  if (checked.ok) return [];
  const isShared = (name: string) => !Object.hasOwn(item, name);
  return checked.problems.map(({ name, message }) => ({
    field: isShared(name) ? `params.${name}` : fieldOf(name),
    message,
  }));
}

/** What is given for all of them, and defaults; what each item says itself may be missing. */
function inCommon(job: Job, params: Record<string, unknown>): Record<string, ParamValue> {
  const all = Object.entries(job.params).map(([name, param]) => [
    name,
    Object.hasOwn(params, name) ? params[name] : param.default,
  ]);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
