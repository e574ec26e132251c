import type { JobConfig, ParamConfig, ParamValue } from './config.ts';
import { DURATION } from './duration.ts';
import { suggestName } from './nearest.ts';
import { fillTemplate } from './template.ts';

interface ParamProblem {
  name: string;
  message: string;
}
export type CheckedParams = { ok: true; params: Record<string, ParamValue> } | { ok: false; problems: ParamProblem[] };

/** Checks what a caller gave for a job's parameters, all of it at once, and fills in the defaults. */
export function checkParams(job: Pick<JobConfig, 'params'>, given: unknown = {}): CheckedParams {
  if (!isRecord(given)) return { ok: false, problems: [{ name: '', message: 'must be an object of parameters' }] };
  const problems = [...unknownNames(job, given), ...badValues(job, given)];
  if (problems.length > 0) return { ok: false, problems };
  const all = Object.entries(job.params).map(([name, param]) => [name, own(given, name) ?? param.default]);
  return { ok: true, params: Object.fromEntries(all.filter(([, value]) => value !== undefined)) };
}

/** What is wrong with one value, e.g. "must be a whole number", or undefined. */
export function paramValueProblem(param: Pick<ParamConfig, 'type' | 'enum'>, value: unknown): string | undefined {
  if (!IS_TYPE[param.type](value)) return `must be ${TYPE_NAMES[param.type]}`;
  if (typeof value === 'string' && value.includes('\0')) return 'must not hold a NUL character';
  if (param.enum === undefined || param.enum.some((allowed) => allowed === value)) return undefined;
  return `must be one of ${param.enum.join(', ')}`;
}

/** `{{name}}` replaced within each argument; an argument is never split. */
export function renderArgs(args: readonly string[], params: Readonly<Record<string, ParamValue>>): string[] {
  return args.map((arg) => fillTemplate(arg, (name) => String(own(params, name) ?? '')));
}

/** `{ dryRun: true }` → `{ PARAM_DRY_RUN: 'true' }` */
export function paramEnvironment(params: Readonly<Record<string, ParamValue>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [paramVariable(name), String(value)]));
}

export function paramVariable(name: string): string {
  return `PARAM_${name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

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
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  duration: (value) => typeof value === 'string' && DURATION.test(value),
};

function unknownNames(job: Pick<JobConfig, 'params'>, given: Record<string, unknown>): ParamProblem[] {
  const known = Object.keys(job.params);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const suggestion = suggestName(name, known) ?? 'this job has none';
      return { name, message: `is not a parameter of this job; ${suggestion}` };
    });
}

function badValues(job: Pick<JobConfig, 'params'>, given: Record<string, unknown>): ParamProblem[] {
  return Object.entries(job.params).flatMap(([name, param]) => {
    const message = badValue(param, own(given, name));
    return message === undefined ? [] : [{ name, message }];
  });
}

function badValue(param: ParamConfig, value: unknown): string | undefined {
  if (value !== undefined) return paramValueProblem(param, value);
  return param.required ? 'is required' : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
