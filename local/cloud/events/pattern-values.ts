import { anythingBut } from './pattern-anything-but.ts';
import { numeric } from './pattern-numeric.ts';
import { badPattern, isObject, type Json, type JsonObject } from './pattern-problem.ts';
import {
  cidr,
  equalsIgnoreCase,
  prefix,
  prefixIgnoreCase,
  suffix,
  suffixIgnoreCase,
  type TextMatcher,
  wildcard,
} from './pattern-text.ts';

/** What one field of a pattern accepts: one of `leaf` on a value that is there, or the field's absence. */
export interface FieldPattern {
  leaf: (leaf: Json) => boolean;
  absent: boolean;
}

/** The array behind a field name: values and match expressions, one of which must match. */
export function fieldPattern(values: Json[]): FieldPattern {
  if (values.length === 0) badPattern('Empty arrays are not allowed');
  const absent = values.some((value) => isObject(value) && value.exists === false);
  const matchers = values.map(valueMatcher);
  return { absent, leaf: (leaf) => matchers.some((matches) => matches(leaf)) };
}

function valueMatcher(value: Json): (leaf: Json) => boolean {
  if (Array.isArray(value)) return badPattern('Match value must be String, number, true, false, or null');
  if (isObject(value)) return expressionMatcher(value);
  return (leaf) => leaf === value;
}

function expressionMatcher(expression: JsonObject): (leaf: Json) => boolean {
  const [name, ...more] = Object.keys(expression);
  if (name === undefined) badPattern('Match expression name not found');
  const operand = expression[name];
  const matcher = operatorMatcher(name, operand);
  if (more.length) badPattern('Only one key allowed in match expression');
  return matcher;
}

function operatorMatcher(name: string, operand: Json | undefined): (leaf: Json) => boolean {
  switch (name) {
    case 'prefix':
      return onText(withCase(name, operand, prefix, prefixIgnoreCase));
    case 'suffix':
      return onText(withCase(name, operand, suffix, suffixIgnoreCase));
    case 'equals-ignore-case':
      return onText(equalsIgnoreCase(textOf(name, operand)));
    case 'wildcard':
      return onText(wildcard(textOf(name, operand)));
    case 'cidr':
      // Event Ruler names prefix here too.
      return onText(cidr(textOf('prefix', operand)));
    case 'anything-but':
      return anythingBut(operand);
    case 'exists':
      if (typeof operand !== 'boolean') badPattern('exists match pattern must be either true or false.');
      return () => operand;
    case 'numeric': {
      const compare = numeric(operand);
      return (leaf) => typeof leaf === 'number' && compare(leaf);
    }
    default:
      return badPattern(`Unrecognized match type ${name}`);
  }
}

const onText = (matches: TextMatcher) => (leaf: Json) => typeof leaf === 'string' && matches(leaf);

function textOf(operator: string, operand: Json | undefined): string {
  return typeof operand === 'string' ? operand : badPattern(`${operator} match pattern must be a string`);
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`. */
function withCase(
  operator: string,
  operand: Json | undefined,
  exact: (text: string) => TextMatcher,
  ignoringCase: (text: string) => TextMatcher,
): TextMatcher {
  if (!isObject(operand)) return exact(textOf(operator, operand));
  const [name, ...more] = Object.keys(operand);
  if (name !== 'equals-ignore-case') badPattern(`Unsupported ${operator} pattern: ${name ?? '}'}`);
  if (more.length) badPattern('Only one key allowed in match expression');
  return ignoringCase(textOf('equals-ignore-case', operand[name]));
}
