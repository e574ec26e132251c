import { AwsError } from '../service.ts';
import { combine, type Leaf, leavesOf } from './pattern-event.ts';
import { badPattern, isObject, type Json, type JsonObject } from './pattern-problem.ts';
import { type FieldPattern, fieldPattern } from './pattern-values.ts';

/** A checked event pattern: alternatives (from `$or`), each a list of fields that must all match. */
export interface EventPattern {
  alternatives: [path: string, field: FieldPattern][][];
}

/** EventBridge's default quota for a pattern, in characters. */
const longestPattern = 2048;

/**
 * Checks the JSON text of an event pattern.
 * @throws AwsError InvalidEventPatternException with AWS's reason, LimitExceededException above 2048 characters
 */
export function checkPattern(text: string): EventPattern {
  if (text.length > longestPattern)
    throw new AwsError(
      'LimitExceededException',
      `The event pattern has ${text.length} characters; the limit is ${longestPattern}.`,
    );
  const pattern = parse(text);
  if (!isObject(pattern)) badPattern('Filter is not an object');
  return { alternatives: alternativesOf(pattern, '', false) };
}

/** Whether an event, as parsed JSON, matches. Every field named must match, each by any of its values. */
export function matches({ alternatives }: EventPattern, event: unknown): boolean {
  const leaves = leavesOf(event as Json);
  return alternatives.some((fields) => fieldsMatch(fields, leaves, new Map()));
}

function fieldsMatch(
  [first, ...rest]: EventPattern['alternatives'][number],
  leaves: ReadonlyMap<string, Leaf[]>,
  elements: ReadonlyMap<string, number>,
): boolean {
  if (!first) return true;
  const [path, field] = first;
  const present = leaves.get(path);
  if (!present) return field.absent && fieldsMatch(rest, leaves, elements);
  return present.some((leaf) => {
    const together = field.leaf(leaf.value) ? combine(elements, leaf.elements) : undefined;
    return together !== undefined && fieldsMatch(rest, leaves, together);
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    return badPattern((error as Error).message);
  }
}

type Alternatives = EventPattern['alternatives'];

/** Both must hold: every alternative of one with every alternative of the other. */
const both = (one: Alternatives, other: Alternatives): Alternatives =>
  one.flatMap((fields) => other.map((more) => [...fields, ...more]));

function alternativesOf(pattern: JsonObject, path: string, insideOr: boolean): Alternatives {
  const entries = Object.entries(pattern);
  if (entries.length === 0) badPattern('Empty objects are not allowed');
  return entries.map(([name, value]) => entryAlternatives(name, value, path, insideOr)).reduce(both, [[]]);
}

const reservedInOr = [
  'exactly',
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'anything-but',
  'numeric',
  'cidr',
  'exists',
];

function entryAlternatives(name: string, value: Json, path: string, insideOr: boolean): Alternatives {
  if (name === '$or') return orAlternatives(value, path);
  if (insideOr && reservedInOr.includes(name))
    badPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
  const at = path ? `${path}.${name}` : name;
  if (isObject(value)) return alternativesOf(value, at, insideOr);
  if (Array.isArray(value)) return [[[at, fieldPattern(value)]]];
  return badPattern(`"${name}" must be an object or an array`);
}

function orAlternatives(value: Json, path: string): Alternatives {
  if (!Array.isArray(value)) badPattern('It must be an Array followed with $or.');
  const alternatives = value.flatMap((item) =>
    isObject(item)
      ? alternativesOf(item, path, true)
      : badPattern('Only JSON object is allowed in array of $or relationship.'),
  );
  if (value.length < 2) badPattern('There must have at least 2 Objects in $or relationship.');
  return alternatives;
}
