import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { AwsCallFailed } from '../core/errors.ts';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { type AwsConnection, call } from './connection.ts';
import { type EcsService, toService } from './ecs-service.ts';
import { readTaskDefinition, writeTaskDefinition } from './raw-task-definition.ts';
import { progressOf, type ServiceDeployments, serviceDeployments } from './service-deployments.ts';
import { singleAttemptClient } from './single-attempt.ts';
import { stoppedTasks } from './stopped-tasks.ts';
import type { Task } from './task.ts';

export type { EcsService, Rollout } from './ecs-service.ts';

export interface EcsServices extends ServiceDeployments {
  /**
   * Undefined where ECS knows no such service or cluster. With its progress, where its strategy is not ROLLING.
   * @throws AwsCallFailed, as every call here
   */
  describeService(cluster: string, service: string): Promise<EcsService | undefined>;
  /** Up to ten services of a cluster, without their progress; those that ECS does not know are left out. */
  describeServices(cluster: string, services: readonly string[]): Promise<EcsService[]>;
  /** A revision by ARN, or a family's latest, with its tags. */
  describeTaskDefinition(nameOrArn: string): Promise<{ definition: RawTaskDefinition; tags: RawTaskDefinition[] }>;
  /** Resolves with the new revision's ARN. */
  registerTaskDefinition(body: RawTaskDefinition): Promise<string>;
  /** The service's tasks that stopped within the last hour, a thousand at most. */
  stoppedTasks(cluster: string, serviceName: string): Promise<Task[]>;
  /** One attempt, not repeated by the SDK: who gets no answer looks at the service. Without its progress. */
  updateService(cluster: string, service: string, taskDefinitionArn: string): Promise<EcsService>;
}

async function describe(client: ECSClient, cluster: string, services: readonly string[]): Promise<EcsService[]> {
  try {
    const answer = await call('DescribeServices', () =>
      client.send(new DescribeServicesCommand({ cluster, services: [...services] })),
    );
    return (answer.services ?? []).map(toService);
  } catch (error) {
    if (error instanceof AwsCallFailed && error.code === 'ClusterNotFoundException') return [];
    throw error;
  }
}

/** DescribeServices calls a blue/green rollout's tasks stable before its bake time is over. */
async function withProgress(client: ECSClient, service: EcsService): Promise<EcsService> {
  if (service.strategy === 'ROLLING' || !service.serviceDeploymentArn) return service;
  const progress = await progressOf(client, service.serviceDeploymentArn);
  return progress ? { ...service, progress } : service;
}

export function ecsServices(aws: AwsConnection): EcsServices {
  const client = new ECSClient(aws);
  const singleAttempt = singleAttemptClient(aws);
  return {
    ...serviceDeployments(client, singleAttempt),
    async describeService(cluster, name) {
      const [service] = await describe(client, cluster, [name]);
      return service && withProgress(client, service);
    },
    describeServices: (cluster, services) => describe(client, cluster, services),
    describeTaskDefinition: (nameOrArn) => call('DescribeTaskDefinition', () => readTaskDefinition(client, nameOrArn)),
    registerTaskDefinition: (body) => call('RegisterTaskDefinition', () => writeTaskDefinition(client, body)),
    stoppedTasks: (cluster, serviceName) => stoppedTasks(client, cluster, serviceName),
    async updateService(cluster, service, taskDefinition) {
      const answer = await call('UpdateService', () =>
        singleAttempt.send(new UpdateServiceCommand({ cluster, service, taskDefinition })),
      );
      if (!answer.service) throw new Error('UpdateService answered without a service');
      return toService(answer.service);
    },
  };
}
