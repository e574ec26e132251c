import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { AwsCallFailed } from '../core/errors.ts';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { type AwsConnection, call } from './connection.ts';
import { type EcsService, toService } from './ecs-service.ts';
import { readTaskDefinition } from './raw-task-definition.ts';
import { progressOf, type ServiceDeployments, serviceDeployments } from './service-deployments.ts';

/** What only looks at services: who may not change them carries no code that does. */
export interface ServiceReader extends ServiceDeployments {
  /**
   * Undefined where ECS knows no such service or cluster. With its progress, where its strategy is not ROLLING.
   * @throws AwsCallFailed, as every call here
   */
  describeService(cluster: string, service: string): Promise<EcsService | undefined>;
  /** Up to ten services of a cluster, without their progress; those that ECS does not know are left out. */
  describeServices(cluster: string, services: readonly string[]): Promise<EcsService[]>;
  /** A revision by ARN, or a family's latest, with its tags. */
  describeTaskDefinition(nameOrArn: string): Promise<{ definition: RawTaskDefinition; tags: RawTaskDefinition[] }>;
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

export function serviceReader(aws: AwsConnection, client = new ECSClient(aws)): ServiceReader {
  return {
    ...serviceDeployments(client),
    async describeService(cluster, name) {
      const [service] = await describe(client, cluster, [name]);
      return service && withProgress(client, service);
    },
    describeServices: (cluster, services) => describe(client, cluster, services),
    describeTaskDefinition: (nameOrArn) => call('DescribeTaskDefinition', () => readTaskDefinition(client, nameOrArn)),
  };
}
