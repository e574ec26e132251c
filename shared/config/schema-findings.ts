import { z } from 'zod';
import { isObject, valueAt } from './data-path.ts';
import { suggestName } from './nearest.ts';
import { type Finding, type Path, splitAdvice } from './problem.ts';
import { otherKeys } from './schema/section.ts';
import { objectOption, schemaAt, unwrapped } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** zod's issues in words for the person who wrote the file. A value is never quoted: it may be a secret. */
export function findingsOf(schema: z.ZodType, data: unknown, issues: readonly Issue[]): Finding[] {
  const findings = issues.flatMap(meant).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, path(issue), key));
    return [{ path: path(issue), ...explain(schema, data, issue) }];
  });
  return withoutFollowers(findings);
}

/** Of a union, the issues of the branch that was meant: the one whose own type fits. */
function meant(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branch = issue.errors.find((issues) => !issues.some((inner) => inner.path.length === 0 && isWrongType(inner)));
  return branch?.flatMap((inner) => meant({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function isWrongType(issue: Issue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type';
}

/** Where a `type` is wrong, what stands beside it cannot be judged. */
function withoutFollowers(findings: Finding[]): Finding[] {
  const untyped = findings.filter(({ path }) => path.at(-1) === 'type');
  const follows = (finding: Finding) =>
    untyped.some((type) => type !== finding && type.path.slice(0, -1).every((step, i) => finding.path[i] === step));
  return findings.filter((finding) => !follows(finding));
}

function explain(schema: z.ZodType, data: unknown, issue: Issue): Omit<Finding, 'path'> {
  const value = valueAt(data, path(issue));
  if (issue.code !== 'invalid_key' && (value === undefined || value === null)) {
    return { message: value === null ? 'is empty' : 'is missing', ...exampleOf(schemaAt(schema, path(issue))) };
  }
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(schemaAt(schema, path(issue)), issue, value);
    case 'invalid_union':
      return { message: `must be ${branches(issue)}, not ${nameOf(value)}`, ...quotesFor(value, branches(issue)) };
    case 'invalid_key':
      return splitAdvice(issue.issues[0]?.message ?? issue.message);
    default:
      return splitAdvice(issue.message);
  }
}

function unknownKey(schema: z.ZodType, parent: Path, key: string): Finding {
  const there = unwrapped(schemaAt(schema, parent));
  const section = there instanceof z.ZodUnion ? objectOption(there) : there;
  const found = { path: [...parent, key] };
  if (!(section instanceof z.ZodObject)) return { ...found, message: 'is unknown' };
  const { future = [], places = {} } = otherKeys.get(section) ?? {};
  if (future.includes(key)) return { ...found, message: `\`${key}\` is not built yet`, write: 'remove it for now' };
  const place = Object.hasOwn(places, key) ? `did you mean \`${places[key]}\`?` : undefined;
  const suggestion = place ?? suggestName(key, Object.keys(section.shape));
  return { ...found, message: `unknown key \`${key}\``, ...(suggestion === undefined ? {} : { write: suggestion }) };
}

function wrongType(schema: z.ZodType | undefined, issue: z.core.$ZodIssueInvalidType, value: unknown) {
  if (!issue.message.startsWith('Invalid input')) return splitAdvice(issue.message);
  const message = `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${nameOf(value)}`;
  return { message, ...exampleOf(schema), ...quotesFor(value, EXPECTED[issue.expected]) };
}

/** YAML reads 1.0 as a number: in quotes it is the text that is wanted. */
function quotesFor(value: unknown, expected: string | undefined): { write?: string } {
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  return scalar && expected?.startsWith('text') ? { write: 'put it in quotes' } : {};
}

function branches({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const types = errors.flatMap((issues) =>
    issues.filter(isWrongType).map(({ expected }) => EXPECTED[expected] ?? expected),
  );
  return types.join(' or ');
}

const EXPECTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
};

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'keys with values';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  return String(value);
}

/** "write for example 512", from the schema's own examples or default. */
function exampleOf(schema: z.ZodType | undefined): { write?: string } {
  const meta = schema?.meta();
  const example = Array.isArray(meta?.examples) ? meta.examples[0] : defaultOf(schema);
  if (example === undefined || (isObject(example) && Object.keys(example).length === 0)) return {};
  return { write: `write for example ${typeof example === 'string' ? example : JSON.stringify(example)}` };
}

function defaultOf(schema: z.ZodType | undefined): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

function path(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}
