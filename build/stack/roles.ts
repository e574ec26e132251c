import {
  arnOf,
  INLINE_LIMIT,
  pascal,
  policyDocument,
  policyLength,
  type Resources,
  type Statement,
  sub,
  trust,
} from './policy.ts';

/** `custom.permissions` and `custom.statements` of serverless.yml. */
export interface Permissions {
  /** Function → names of statements. */
  permissions: Readonly<Record<string, readonly string[]>>;
  statements: Readonly<Record<string, readonly Statement[]>>;
  /** Functions with a dead-letter queue. */
  asynchronous: readonly string[];
}

/** IAM refuses an empty list, which is what a configuration without services or channels gives. */
function isEmpty(statement: Statement): boolean {
  const conditions = Object.values(statement.Condition ?? {}).flatMap((keys) => Object.values(keys));
  return [statement.Resource, ...conditions].some((list) => Array.isArray(list) && list.length === 0);
}

function ownLog(functionName: string, stack: string): Statement {
  const logs = `log-group:/aws/lambda/${stack}-${functionName}:*`;
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: [sub(`arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:${logs}`)],
  };
}

function ownDeadLetters(functionName: string): Statement {
  return { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [arnOf(`${pascal(functionName)}DeadLetters`)] };
}

/**
 * One role per function: the statements that serverless.yml lists for it, its log group, its dead-letter queue.
 * @throws Error for a statement nobody wrote and for a policy above IAM's limit.
 */
export function roleResources(
  { permissions, statements, asynchronous }: Permissions,
  stack: string,
  rolePrefix: string,
): Resources {
  const roles = Object.entries(permissions).map(([functionName, names]) => {
    const listed = names.flatMap((name) => {
      const found = statements[name];
      if (!found) throw new Error(`serverless.yml custom.permissions.${functionName}: no custom.statements.${name}`);
      return found.filter((statement) => !isEmpty(statement));
    });
    const document = policyDocument([
      ownLog(functionName, stack),
      ...(asynchronous.includes(functionName) ? [ownDeadLetters(functionName)] : []),
      ...listed,
    ]);
    const length = policyLength(document);
    if (length > INLINE_LIMIT)
      throw new Error(
        `The policy of ${functionName} would have ${length} characters, IAM allows ${INLINE_LIMIT}: ` +
          'use fewer passRoles, taskRoles, clusters or channel secrets in batuta.yml, or a second stack',
      );
    const Properties = {
      RoleName: `${rolePrefix}-${functionName}`,
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      Policies: [{ PolicyName: 'calls', PolicyDocument: document }],
    };
    return [`${pascal(functionName)}Role`, { Type: 'AWS::IAM::Role', Properties }];
  });
  return Object.fromEntries(roles);
}
