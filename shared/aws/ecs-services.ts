import {
  type Deployment,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { NetworkConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { type AwsConnection, call } from './connection.ts';
import { readTaskDefinition, writeTaskDefinition } from './raw-task-definition.ts';
import { singleAttemptClient } from './single-attempt.ts';
import type { Task } from './task.ts';
import { toTask } from './to-task.ts';

/** One of a service's deployments in ECS's sense. */
export interface Rollout {
  /** `ecs-svc/…` */
  id: string;
  /** PRIMARY, ACTIVE or INACTIVE. */
  status: string;
  taskDefinitionArn: string;
  /** IN_PROGRESS, COMPLETED or FAILED; absent behind a Classic Load Balancer. */
  rolloutState?: string;
  rolloutStateReason?: string;
  desiredCount: number;
  runningCount: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** An ECS service, as much of it as a deployment looks at. */
export interface EcsService {
  name: string;
  /** ACTIVE, DRAINING or INACTIVE. */
  status: string;
  /** ECS, CODE_DEPLOY or EXTERNAL. */
  controller: string;
  taskDefinitionArn: string;
  /** ECS itself goes back when its circuit breaker or an alarm says so. */
  rollsBack: boolean;
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY. */
  strategy: string;
  /** Where its tasks run; absent in bridge and host mode. */
  network?: NetworkConfig;
  rollouts: readonly Rollout[];
}

export interface EcsServices {
  /** Undefined where ECS knows no such service or cluster. @throws AwsCallFailed, as every call here */
  describeService(cluster: string, service: string): Promise<EcsService | undefined>;
  /** A revision by ARN, or a family's latest, with its tags. */
  describeTaskDefinition(nameOrArn: string): Promise<{ definition: RawTaskDefinition; tags: RawTaskDefinition[] }>;
  /** Resolves with the new revision's ARN. */
  registerTaskDefinition(body: RawTaskDefinition): Promise<string>;
  /** The service's tasks that stopped within the last hour, a hundred at most. */
  stoppedTasks(cluster: string, serviceName: string): Promise<Task[]>;
  /** One attempt, not repeated by the SDK: who gets no answer looks at the service. */
  updateService(cluster: string, service: string, taskDefinitionArn: string): Promise<EcsService>;
}

function toRollout(deployment: Deployment): Rollout {
  const { id = '', status = '', taskDefinition = '', rolloutState, rolloutStateReason } = deployment;
  return {
    id,
    status,
    taskDefinitionArn: taskDefinition,
    ...(rolloutState ? { rolloutState } : {}),
    ...(rolloutStateReason ? { rolloutStateReason } : {}),
    desiredCount: deployment.desiredCount ?? 0,
    runningCount: deployment.runningCount ?? 0,
    createdAt: deployment.createdAt?.getTime() ?? 0,
  };
}

function networkOf({ networkConfiguration }: Service): { network?: NetworkConfig } {
  const vpc = networkConfiguration?.awsvpcConfiguration;
  if (!vpc?.subnets) return {};
  const { subnets, securityGroups = [], assignPublicIp } = vpc;
  return { network: { subnets, securityGroups, assignPublicIp: assignPublicIp === 'ENABLED' } };
}

function toService(service: Service): EcsService {
  const { deploymentCircuitBreaker, alarms } = service.deploymentConfiguration ?? {};
  return {
    name: service.serviceName ?? '',
    status: service.status ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    taskDefinitionArn: service.taskDefinition ?? '',
    strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
    ...networkOf(service),
    rollsBack: [deploymentCircuitBreaker, alarms].some((guard) => guard?.enable === true && guard.rollback === true),
    rollouts: (service.deployments ?? []).map(toRollout),
  };
}

export function ecsServices(aws: AwsConnection): EcsServices {
  const client = new ECSClient(aws);
  const singleAttempt = singleAttemptClient(aws);
  return {
    async describeService(cluster, service) {
      try {
        const answer = await call('DescribeServices', () =>
          client.send(new DescribeServicesCommand({ cluster, services: [service] })),
        );
        return answer.services?.map(toService)[0];
      } catch (error) {
        if (error instanceof AwsCallFailed && error.code === 'ClusterNotFoundException') return undefined;
        throw error;
      }
    },
    describeTaskDefinition: (nameOrArn) => call('DescribeTaskDefinition', () => readTaskDefinition(client, nameOrArn)),
    registerTaskDefinition: (body) => call('RegisterTaskDefinition', () => writeTaskDefinition(client, body)),
    async stoppedTasks(cluster, serviceName) {
      const { taskArns: tasks } = await call('ListTasks', () =>
        client.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED' })),
      );
      if (!tasks?.length) return [];
      const answer = await call('DescribeTasks', () => client.send(new DescribeTasksCommand({ cluster, tasks })));
      return (answer.tasks ?? []).map(toTask);
    },
    async updateService(cluster, service, taskDefinition) {
      const answer = await call('UpdateService', () =>
        singleAttempt.send(new UpdateServiceCommand({ cluster, service, taskDefinition })),
      );
      if (!answer.service) throw new Error('UpdateService answered without a service');
      return toService(answer.service);
    },
  };
}
