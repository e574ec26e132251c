import { ECSClient, StopServiceDeploymentCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { type AwsConnection, call } from './connection.ts';
import { type EcsService, toService } from './ecs-service.ts';
import { writeTaskDefinition } from './raw-task-definition.ts';
import { type ServiceReader, serviceReader } from './service-reader.ts';
import { singleAttemptClient } from './single-attempt.ts';
import { stoppedTasks } from './stopped-tasks.ts';
import type { Task } from './task.ts';

export type { EcsService, Rollout } from './ecs-service.ts';

/** Every call here throws AwsCallFailed. */
export interface EcsServices extends ServiceReader {
  /** Resolves with the new revision's ARN. */
  registerTaskDefinition(body: RawTaskDefinition): Promise<string>;
  /** The service's tasks that stopped within the last hour, a thousand at most. */
  stoppedTasks(cluster: string, serviceName: string): Promise<Task[]>;
  /** One attempt, not repeated by the SDK: who gets no answer looks at the service. Without its progress. */
  updateService(cluster: string, service: string, taskDefinitionArn: string): Promise<EcsService>;
  /** Has ECS take a deployment back; safe to repeat (docs). */
  rollBackDeployment(serviceDeploymentArn: string): Promise<void>;
}

export function ecsServices(aws: AwsConnection): EcsServices {
  const client = new ECSClient(aws);
  const singleAttempt = singleAttemptClient(aws);
  return {
    ...serviceReader(aws, client),
    registerTaskDefinition: (body) => call('RegisterTaskDefinition', () => writeTaskDefinition(client, body)),
    stoppedTasks: (cluster, serviceName) => stoppedTasks(client, cluster, serviceName),
    async updateService(cluster, service, taskDefinition) {
      const answer = await call('UpdateService', () =>
        singleAttempt.send(new UpdateServiceCommand({ cluster, service, taskDefinition })),
      );
      if (!answer.service) throw new Error('UpdateService answered without a service');
      return toService(answer.service);
    },
    async rollBackDeployment(serviceDeploymentArn) {
      await call('StopServiceDeployment', () =>
        singleAttempt.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' })),
      );
    },
  };
}
