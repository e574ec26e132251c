import type { JobConfig, ParamConfig, ParamValue } from './config.ts';
import { suggestName } from './nearest.ts';
import { type PatternTest, patternTest } from './param-pattern.ts';
import { maxTextLength, paramText, type ValueRules, valueProblem } from './param-value.ts';
import { fillTemplate, spreadName } from './template.ts';

interface ParamProblem {
  name: string;
  message: string;
}
export type CheckedParams = { ok: true; params: Record<string, ParamValue> } | { ok: false; problems: ParamProblem[] };

type Params = Pick<JobConfig, 'params'>;

/** Checks what a caller gave for a job's parameters, all of it at once, and fills in the defaults. */
export function checkParams(job: Params, given: unknown = {}): CheckedParams {
  return checkOne(job, given, patternTests(job, [given]));
}

/** The same for each of many, such as the items of a fan-out; compares patterns with all of them at once. */
export function checkParamsOfEach(job: Params, given: readonly unknown[]): CheckedParams[] {
  const tests = patternTests(job, given);
  return given.map((one) => checkOne(job, one, tests));
}

function checkOne(job: Params, given: unknown, tests: ReadonlyMap<string, PatternTest>): CheckedParams {
  if (!isRecord(given)) return { ok: false, problems: [{ name: '', message: 'must be an object of parameters' }] };
  const problems = [...unknownNames(job, given), ...badValues(job, given, tests)];
  if (problems.length > 0) return { ok: false, problems };
  const all = Object.entries(job.params).map(([name, param]) => [name, own(given, name) ?? param.default]);
  return { ok: true, params: Object.fromEntries(all.filter(([, value]) => value !== undefined)) };
}

/** What is wrong with one value, e.g. "must be a whole number", or undefined. */
export function paramValueProblem(param: ValueRules, value: unknown): string | undefined {
  const problem = valueProblem(param, value);
  if (problem !== undefined || param.pattern === undefined) return problem;
  return patternProblem(value, patternTest(param.pattern, textsOf(value)));
}

/** Each argument with its templates filled in; only a list by `{{...name}}` becomes several arguments, or none. */
export function renderArgs(args: readonly string[], params: Readonly<Record<string, ParamValue>>): string[] {
  return args.flatMap((arg) => {
    const list = spreadName(arg);
    if (list !== undefined) return [own(params, list) ?? []].flat().map(String);
    return [fillTemplate(arg, (name) => paramText(own(params, name) ?? ''))];
  });
}

/** `{ dryRun: true, ids: [1, 2] }` → `{ PARAM_DRY_RUN: 'true', PARAM_IDS: '[1,2]' }` */
export function paramEnvironment(params: Readonly<Record<string, ParamValue>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [paramVariable(name), paramText(value)]));
}

export function paramVariable(name: string): string {
  return `PARAM_${name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

function patternTests({ params }: Params, given: readonly unknown[]): ReadonlyMap<string, PatternTest> {
  const records = given.filter(isRecord);
  const tests = Object.entries(params).flatMap(([name, { pattern }]) => {
    const texts = pattern === undefined ? [] : records.flatMap((record) => textsOf(own(record, name)));
    return pattern === undefined || texts.length === 0 ? [] : [[name, patternTest(pattern, texts)] as const];
  });
  return new Map(tests);
}

/** The texts in a value that a pattern may be compared with. */
const textsOf = (value: unknown): string[] =>
  [value].flat().filter((text): text is string => typeof text === 'string' && text.length <= maxTextLength);

function patternProblem(value: unknown, test: PatternTest): string | undefined {
  const problems = textsOf(value).map(test);
  const first = problems.findIndex((problem) => problem !== undefined);
  if (first < 0) return undefined;
  return Array.isArray(value) ? `item ${first + 1} ${problems[first]}` : problems[first];
}

function unknownNames(job: Params, given: Record<string, unknown>): ParamProblem[] {
  const known = Object.keys(job.params);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const suggestion = suggestName(name, known) ?? 'this job has none';
      return { name, message: `is not a parameter of this job; ${suggestion}` };
    });
}

function badValues(
  job: Params,
  given: Record<string, unknown>,
  tests: ReadonlyMap<string, PatternTest>,
): ParamProblem[] {
  return Object.entries(job.params).flatMap(([name, param]) => {
    const message = badValue(param, own(given, name), tests.get(name));
    return message === undefined ? [] : [{ name, message }];
  });
}

function badValue(param: ParamConfig, value: unknown, test: PatternTest | undefined): string | undefined {
  if (value === undefined) return param.required ? 'is required' : undefined;
  return valueProblem(param, value) ?? (test && patternProblem(value, test));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
