import type { TaskSet } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import type { DeploymentRecord, ServiceRecord } from './state.ts';

type Controller = 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';

interface Asked {
  taskDefinition?: string | undefined;
  forceNewDeployment?: boolean | undefined;
}

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** Whether CreateService must name a task definition. @throws AwsError with the words of aws/aws-cdk#6245. */
export function needsDefinition(controller: Controller = 'ECS', { taskDefinition }: Asked): boolean {
  if (controller === 'EXTERNAL' && taskDefinition !== undefined) refuse('TaskDefinition must be blank.');
  if (controller !== 'EXTERNAL' && taskDefinition === undefined) refuse('TaskDefinition can not be blank.');
  return controller !== 'EXTERNAL';
}

/** UpdateService deploys for the controller ECS only. @throws AwsError; CODE_DEPLOY's words: aws/aws-cdk#23564. */
export function checkControlled(controller: Controller = 'ECS', { taskDefinition, forceNewDeployment }: Asked): void {
  if (controller === 'ECS') return;
  if (controller === 'EXTERNAL' && taskDefinition !== undefined) refuse('TaskDefinition must be blank.');
  if (controller === 'CODE_DEPLOY' && (taskDefinition !== undefined || forceNewDeployment === true))
    refuse(
      'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
    );
}

/** CodeDeploy's services have task sets, and no deployments: Service in the ECS API reference. */
export function taskSetsOf({ arn, service }: ServiceRecord, deployments: readonly DeploymentRecord[]): TaskSet[] {
  return deployments.map(({ id, definition, status, createdAt, updatedAt }) => ({
    id,
    serviceArn: arn,
    ...(service.clusterArn && { clusterArn: service.clusterArn }),
    status,
    taskDefinition: definition.taskDefinitionArn,
    computedDesiredCount: service.desiredCount,
    scale: { value: 100, unit: 'PERCENT' as const },
    stabilityStatus: 'STEADY_STATE' as const,
    ...(service.launchType && { launchType: service.launchType }),
    createdAt,
    updatedAt,
  }));
}
