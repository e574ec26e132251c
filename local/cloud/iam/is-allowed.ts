import type { PolicyStatement } from '../../lambda/stack/stack.ts';
import type { Access } from '../service.ts';
import { conditionsHold } from './conditions.ts';
import { matches } from './match.ts';

const some = (patterns: readonly string[] | undefined, text: string, options?: { ignoreCase: boolean }) =>
  patterns?.some((pattern) => matches(pattern, text, options));

function covers(statement: PolicyStatement, { action, resource, context }: Access): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const actionMatches = some(Action, action, { ignoreCase: true }) ?? !some(NotAction, action, { ignoreCase: true });
  const resourceMatches = some(Resource, resource) ?? !some(NotResource, resource);
  return actionMatches && resourceMatches && conditionsHold(Condition, context);
}

/** IAM's answer: an explicit Deny wins, without an Allow nothing is allowed. */
export function isAllowed(statements: readonly PolicyStatement[], access: Access): boolean {
  const covering = statements.filter((statement) => covers(statement, access));
  return covering.some(({ Effect }) => Effect === 'Allow') && !covering.some(({ Effect }) => Effect === 'Deny');
}
