import { readConfiguration } from '../../../build/configuration.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { wiringOf } from './events.ts';
import { type PrintedFunction, type PrintedStack, printStack } from './osls-print.ts';
import { rolesOf } from './roles.ts';
import type { Stack, StackFunction, StackResource } from './stack.ts';
import { evaluateTemplate, functionLogicalId } from './template.ts';

function functionOf(
  name: string,
  printed: PrintedFunction,
  provider: PrintedStack['provider'],
  resources: Readonly<Record<string, StackResource>>,
  scope: Scope,
): StackFunction {
  const own = resources[functionLogicalId(name)] as StackResource;
  const variables = evaluate({ ...provider.environment, ...printed.environment }, scope) as Record<string, unknown>;
  const role = resources[printed.role ?? ''];
  if (!role) throw new Error(`serverless.yml functions.${name}.role: ${printed.role} is no role of serverless.yml`);
  const deadLetterArn = evaluate(printed.onError, scope) as string | undefined;
  return {
    name,
    functionName: own.name,
    arn: own.arn,
    handler: printed.handler,
    timeoutSeconds: printed.timeout ?? provider.timeout ?? 6,
    memoryMiB: printed.memorySize ?? provider.memorySize ?? 1024,
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    roleName: role.name,
    ...(deadLetterArn && { deadLetterArn }),
  };
}

/** The stack that a resolved serverless.yml describes in this account. */
export function stackOf(printed: PrintedStack, place: { account: string; region: string }): Stack {
  const { stage } = printed.provider;
  const { scope, resources } = evaluateTemplate(printed, { stackName: `${printed.service}-${stage}`, ...place });
  const functions = Object.fromEntries(
    Object.entries(printed.functions).map(([name, given]) => [
      name,
      functionOf(name, given, printed.provider, resources, scope),
    ]),
  );
  return {
    ...place,
    stage,
    functions,
    ...wiringOf(functions, printed.functions, scope),
    resources,
    roles: rolesOf(resources),
  };
}

/**
 * serverless.yml as it would be deployed with this configuration, for the local account.
 * `configFile` is absolute; `signal` ends osls. Rejects with the problems of batuta.yml, or with osls's words.
 */
export async function resolveStack(options: {
  configFile: string;
  stage?: string;
  account?: string;
  region?: string;
  signal?: AbortSignal;
}): Promise<Stack> {
  const { configFile, stage = 'local', account = '123456789012', region = 'us-east-1', signal } = options;
  // First, since osls would wrap its messages in a stack trace.
  readConfiguration(configFile);
  return stackOf(await printStack(configFile, stage, region, signal), { account, region });
}
