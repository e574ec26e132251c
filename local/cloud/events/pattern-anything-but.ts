import { badPattern, isObject, type Json, type JsonObject } from './pattern-problem.ts';
import { equalsIgnoreCase, prefix, suffix, type TextMatcher, wildcard } from './pattern-text.ts';

type LeafMatcher = (leaf: Json) => boolean;

/**
 * Every value that is there, null too, except the listed ones: values of one type, or one of
 * prefix, suffix, wildcard and equals-ignore-case with one text or a list.
 */
export function anythingBut(excluded: Json | undefined): LeafMatcher {
  if (isObject(excluded)) return notText(excluded);
  const values = Array.isArray(excluded) ? excluded : [excluded ?? null];
  checkValues(values, Array.isArray(excluded));
  return (leaf) => !values.includes(leaf);
}

function checkValues(values: Json[], isList: boolean): void {
  const strings = values.filter((value) => typeof value === 'string').length;
  const numbers = values.filter((value) => typeof value === 'number').length;
  if (strings + numbers < values.length)
    badPattern(
      isList
        ? 'Inside anything but list, start|null|boolean is not supported.'
        : 'Value of anything-but must be an array or single string/number value.',
    );
  if ((strings === 0) === (numbers === 0))
    badPattern('Inside anything but list, either all values are number or string, mixed type is not supported');
}

const matchers = new Map<string, { make: (text: string) => TextMatcher; wrong: string }>([
  ['prefix', { make: nonEmpty(prefix), wrong: 'prefix/suffix match pattern must be a string' }],
  ['suffix', { make: nonEmpty(suffix), wrong: 'prefix/suffix match pattern must be a string' }],
  ['wildcard', { make: wildcard, wrong: 'wildcard match pattern must be a string' }],
  [
    'equals-ignore-case',
    {
      make: equalsIgnoreCase,
      wrong: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    },
  ],
]);

function nonEmpty(make: (text: string) => TextMatcher): (text: string) => TextMatcher {
  return (text) => (text === '' ? badPattern('Null prefix/suffix not allowed') : make(text));
}

function notText(expression: JsonObject): LeafMatcher {
  const [name, ...more] = Object.keys(expression);
  if (name === undefined) badPattern('Anything-But expression name not found');
  const operator = matchers.get(name);
  if (!operator) badPattern(`Unsupported anything-but pattern: ${name}`);
  if (more.length) badPattern('Only one key allowed in match expression');
  const given = expression[name];
  if (isObject(given)) badPattern('Value of anything-but must be an array or single string/number value.');
  const texts = (Array.isArray(given) ? given : [given]).map((text) =>
    typeof text === 'string' ? operator.make(text) : badPattern(operator.wrong),
  );
  return (leaf) => typeof leaf !== 'string' || !texts.some((matches) => matches(leaf));
}
