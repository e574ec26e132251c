import { evaluate, NO_VALUE, type Scope } from './evaluate.ts';
import type { PrintedResource, PrintedResources, PrintedStack } from './osls-print.ts';
import { attributeOf, nameAndArn, refOf, type StackPlace } from './resource-names.ts';
import type { StackResource } from './stack.ts';

/** `deploy-on-image-push` → osls's logical id `DeployDashonDashimageDashpushLambdaFunction`. */
export function functionLogicalId(name: string): string {
  const normal = name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return `${normal.slice(0, 1).toUpperCase()}${normal.slice(1)}LambdaFunction`;
}

export interface Template {
  scope: Scope;
  /** Resources whose condition holds, evaluated. */
  resources: Record<string, StackResource>;
}

function merged(printed: PrintedStack): {
  conditions: Record<string, unknown>;
  resources: Record<string, PrintedResource>;
} {
  const parts: PrintedResources[] = [printed.resources ?? []].flat();
  const functions = Object.entries(printed.functions).map(([name, { name: FunctionName }]) => [
    functionLogicalId(name),
    { Type: 'AWS::Lambda::Function', Properties: { FunctionName } },
  ]);
  return {
    conditions: Object.assign({}, ...parts.map((part) => part.Conditions)),
    resources: Object.assign({}, ...parts.map((part) => part.Resources), Object.fromEntries(functions)),
  };
}

function pseudoParameters({ stackName, account, region }: StackPlace): Record<string, unknown> {
  return {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::NoValue': NO_VALUE,
  };
}

/** The resources of serverless.yml with every intrinsic function evaluated. */
export function evaluateTemplate(printed: PrintedStack, place: StackPlace): Template {
  const { conditions, resources } = merged(printed);
  const pseudo = pseudoParameters(place);
  const identity = (logicalId: string) => {
    const resource = resources[logicalId];
    if (!resource) throw new Error(`serverless.yml refers to ${logicalId}, which is no resource of it`);
    const given = (property: string) => evaluate(resource.Properties?.[property], scope);
    return { type: resource.Type, ...nameAndArn(logicalId, resource.Type, given, place) };
  };
  const scope: Scope = {
    ref(name) {
      if (name in pseudo) return pseudo[name];
      const { type, name: physical, arn } = identity(name);
      return refOf(type, physical, arn, place);
    },
    getAtt(logicalId, attribute) {
      const { name, arn } = identity(logicalId);
      return attributeOf(attribute, name, arn, place);
    },
    condition: (name) => conditions[name],
  };
  const kept = Object.entries(resources).filter(
    ([, { Condition }]) => !Condition || evaluate({ Condition }, scope) === true,
  );
  const evaluated = kept.map(([logicalId, resource]): [string, StackResource] => [
    logicalId,
    { ...identity(logicalId), properties: evaluate(resource.Properties ?? {}, scope) as Record<string, unknown> },
  ]);
  return { scope, resources: Object.fromEntries(evaluated) };
}
