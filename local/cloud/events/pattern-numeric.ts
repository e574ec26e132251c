import { badPattern, type Json } from './pattern-problem.ts';

type NumberMatcher = (value: number) => boolean;

const comparisons = new Map<string, (limit: number) => NumberMatcher>([
  ['=', (limit) => (value) => value === limit],
  ['<', (limit) => (value) => value < limit],
  ['<=', (limit) => (value) => value <= limit],
  ['>', (limit) => (value) => value > limit],
  ['>=', (limit) => (value) => value >= limit],
]);

/** Event Ruler's own bound. */
const farthest = 5_000_000_000;

/** `["=", 5]`, `["<", 10]` or a range `[">", 0, "<=", 5]`. */
export function numeric(terms: Json | undefined): NumberMatcher {
  if (!Array.isArray(terms)) badPattern('Value of numeric must be an array.');
  const [operator, limit, topOperator, top] = terms;
  if (typeof operator !== 'string') badPattern(`Invalid member in numeric match: ${String(operator ?? ']')}`);
  const compare = comparisons.get(operator);
  if (!compare) badPattern(`Unrecognized numeric range operator: ${operator}`);
  const bottom = limitOf(operator, limit);
  if (terms.length === 2) return compare(bottom);
  if (!operator.startsWith('>')) badPattern('Too many elements in numeric expression');
  if (typeof topOperator !== 'string') badPattern(`Bad value in numeric range: ${String(topOperator)}`);
  const compareTop = topOperator.startsWith('<') ? comparisons.get(topOperator) : undefined;
  if (!compareTop) badPattern(`Bad numeric range operator: ${topOperator}`);
  const ceiling = limitOf(topOperator, top);
  if (terms.length > 4) badPattern('Too many terms in numeric range expression');
  if (bottom >= ceiling) badPattern('Bottom must be less than top');
  return (value) => compare(bottom)(value) && compareTop(ceiling)(value);
}

function limitOf(operator: string, limit: Json | undefined): number {
  if (typeof limit !== 'number')
    return badPattern(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  if (Math.abs(limit) > farthest) badPattern('Value must be between -5.0E9 and 5.0E9, inclusive');
  return limit;
}
