import type { PolicyStatement } from '../../lambda/stack/stack.ts';
import type { Access } from '../service.ts';
import { matches, matchesArn } from './match.ts';

interface Operator {
  test(wanted: string, actual: string): boolean;
  /** A negated operator needs every value to differ, and holds where the key is absent. */
  negated?: true;
}

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { test: (wanted, actual) => wanted === actual },
  StringNotEquals: { test: (wanted, actual) => wanted !== actual, negated: true },
  StringEqualsIgnoreCase: { test: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase() },
  StringLike: { test: matches },
  StringNotLike: { test: (wanted, actual) => !matches(wanted, actual), negated: true },
  // IAM treats ArnEquals as ArnLike.
  ArnEquals: { test: matchesArn },
  ArnLike: { test: matchesArn },
  Bool: { test: (wanted, actual) => wanted === actual },
};

function holds(name: string, wanted: readonly string[], actual: string | undefined): boolean {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const operator = operators[base];
  if (!operator)
    throw new Error(
      `The local IAM does not know the condition operator ${name}; add it to local/cloud/iam/conditions.ts`,
    );
  if (actual === undefined) return Boolean(operator.negated ?? ifExists ?? set === 'ForAllValues');
  return operator.negated
    ? wanted.every((value) => operator.test(value, actual))
    : wanted.some((value) => operator.test(value, actual));
}

/**
 * Whether all of a statement's conditions hold for this access; condition keys ignore case.
 * @throws Error for an operator that is not known here: guessing would hide a missing permission.
 */
export function conditionsHold(condition: PolicyStatement['Condition'], context: Access['context'] = {}): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, context[key.toLowerCase()])),
  );
}
