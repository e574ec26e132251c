import type { RemoveTargetsResultEntry, Target } from '@aws-sdk/client-eventbridge';
import { isCluster } from '../ecs-target.ts';
import { AwsError } from '../service.ts';
import { invalid } from './names.ts';
import type { RuleRecord } from './store.ts';

/** What a target consists of. */
export const targetStructures: ReadonlySet<string> = new Set([
  ...['Target', 'EcsParameters', 'NetworkConfiguration', 'AwsVpcConfiguration', 'CapacityProviderStrategyItem'],
  ...['PlacementConstraint', 'PlacementStrategy', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig'],
]);

/** AWS's default quota. */
const mostTargets = 5;

/** Adds targets or replaces those of the same Id. @throws AwsError ValidationException, LimitExceededException */
export function putTargets(rule: RuleRecord, targets: readonly Target[]): void {
  for (const target of targets) checkTarget(target);
  const after = new Map([...rule.targets, ...targets.map((target) => [target.Id ?? '', target] as const)]);
  if (after.size > mostTargets)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  rule.targets = after;
}

function checkTarget(target: Target): void {
  const { Id: id, Arn: arn = '', Input: input, InputPath: path, InputTransformer: transformer } = target;
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(arn))
    invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (isCluster(arn)) checkCluster(target);
  else if (!/^arn:[^:]+:(lambda:[^:]*:\d+:function:|sqs:|events:[^:]*:\d+:event-bus\/)/.test(arn))
    invalid(
      `Only Lambda functions, ECS clusters, SQS queues and event buses are targets in the local cloud: ${arn} is none.`,
    );
  if ([input, path, transformer].filter((way) => way !== undefined).length > 1)
    invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  if (input !== undefined && !isJson(input)) invalid(`JSON syntax error in input for target ${id}.`);
  if (path !== undefined && !/^\$([.[].*)?$/.test(path)) invalid(`Parameter InputPath is not valid for target ${id}.`);
}

/** Both are needed: Target.RoleArn and Target.EcsParameters in the model's documentation; the wording is ours. */
function checkCluster({ Arn: arn, RoleArn: role, EcsParameters: parameters }: Target): void {
  if (role === undefined) invalid(`RoleArn is required for target ${arn}.`);
  if (parameters === undefined) invalid(`EcsParameters is required for target ${arn}.`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Removes targets; answers an entry for each Id that was not there. */
export function removeTargets(rule: RuleRecord, ids: readonly string[]): RemoveTargetsResultEntry[] {
  return ids.flatMap((id) => {
    if (rule.targets.delete(id)) return [];
    const message = `Rule ${rule.name} does not have a target with the Id ${id}.`;
    return [{ TargetId: id, ErrorCode: 'ResourceNotFoundException', ErrorMessage: message }];
  });
}
