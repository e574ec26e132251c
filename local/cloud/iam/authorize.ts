import type { Stack } from '../../lambda/stack/stack.ts';
import type { Around } from '../calls.ts';
import { AwsError } from '../service.ts';
import { isAllowed } from './is-allowed.ts';

/** As AWS words it; the session of a function's role is the function's name. */
function refusal(stack: Stack, role: string, action: string, resource: string): AwsError {
  const session = Object.values(stack.functions).find(({ roleName }) => roleName === role)?.functionName ?? role;
  const user = `arn:aws:sts::${stack.account}:assumed-role/${role}/${session}`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

/**
 * Enforces the stack's roles: the access key of a local function or task is its role's name. Any other
 * key, such as the one of a user's AWS CLI, is the account's root user and may do everything.
 */
export function authorizeBy(stack: Stack): NonNullable<Around['authorize']> {
  return ({ accessKeyId }, accesses) => {
    const role = stack.roles[accessKeyId];
    if (!role) return;
    for (const access of accesses)
      if (!isAllowed(role.statements, access)) throw refusal(stack, role.name, access.action, access.resource);
  };
}
