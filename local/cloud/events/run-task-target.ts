import type { Target } from '@aws-sdk/client-eventbridge';
import { type RunTask, runTaskInput } from '../ecs-target.ts';
import type { RuleRecord } from './store.ts';

/** Starts the tasks of a rule's ECS target. AWS marks them by the rule that started them (seen in the ECS console). */
export function runTargetTask(target: Target, rule: RuleRecord, input: unknown, runTask: RunTask): Promise<unknown> {
  const call = runTaskInput({
    clusterArn: target.Arn ?? '',
    parameters: target.EcsParameters ?? {},
    input,
    startedBy: `events-rule/${rule.name}`,
  });
  return runTask(call, target.RoleArn ?? '');
}
