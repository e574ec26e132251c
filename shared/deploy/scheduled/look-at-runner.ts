import type { ScheduledTaskConfig } from '../../config/config.ts';
import { AwsCallFailed } from '../../core/errors.ts';
import type { DeployDeps } from '../connect.ts';
import type { Problem } from '../decide-target.ts';
import type { SeenTask } from './plan-moves.ts';

export function runnerInWords({ runBy }: Pick<ScheduledTaskConfig, 'runBy'>): string {
  return runBy.kind === 'rule'
    ? `the rule ${runBy.rule} of the event bus ${runBy.bus}`
    : `the schedule ${runBy.schedule} of the group ${runBy.group}`;
}

const absent = (spec: ScheduledTaskConfig): Problem => ({
  reason: `${runnerInWords(spec)} does not exist`,
  hint: `create it, or correct scheduledTasks.${spec.name} in batuta.yml`,
});

const runsNothing = (spec: ScheduledTaskConfig): Problem => ({
  reason: `${runnerInWords(spec)} runs no ECS task`,
  hint: `give it an ECS target, or remove scheduledTasks.${spec.name} from batuta.yml`,
});

const hasRevision = (arn: string) => /:\d+$/.test(arn);
const familyOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

export function refusalOf(error: AwsCallFailed, { name }: Pick<ScheduledTaskConfig, 'name'>): Problem {
  const isDenied = error.code.startsWith('AccessDenied');
  const hint = isDenied
    ? `allow the function ${error.operation}; roles of the task, the rule and the schedule belong under passRoles: in batuta.yml`
    : 'correct what AWS refuses';
  return { reason: error.message, hint: `${hint}, then: batuta deploy ${name}` };
}

/** The task definitions that the rule or schedule runs, or why they cannot be seen. @throws AwsCallFailed where a retry may help */
export async function lookAtRunner(
  deps: Pick<DeployDeps, 'runners' | 'ecs'>,
  spec: ScheduledTaskConfig,
): Promise<{ tasks: SeenTask[] } | { problem: Problem }> {
  try {
    const targets = await deps.runners.targets(spec.runBy);
    if (!targets) return { problem: absent(spec) };
    const arns = [...new Set(targets.map(({ taskDefinitionArn }) => taskDefinitionArn))];
    if (arns.length === 0) return { problem: runsNothing(spec) };
    const tasks: SeenTask[] = [];
    for (const taskDefinitionArn of arns) {
      const isPinned = hasRevision(taskDefinitionArn);
      // DescribeTaskDefinition takes a whole ARN, or a family for its latest revision (ECS API reference).
      const seen = await deps.ecs.describeTaskDefinition(isPinned ? taskDefinitionArn : familyOf(taskDefinitionArn));
      tasks.push({ taskDefinitionArn, isPinned, ...seen });
    }
    return { tasks };
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || error.retryable) throw error;
    return { problem: refusalOf(error, spec) };
  }
}
