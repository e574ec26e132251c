import {
  ClientException,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { call } from './connection.ts';
import type { JobTaskDefinition } from './task-request.ts';

/** The container's name in every job's task definition; part of its log stream's name. */
export const jobContainer = 'job';
const hashTag = 'batuta:hash';

const pairs = <Pair>(record: Readonly<Record<string, string>>, pair: (name: string, value: string) => Pair) =>
  Object.entries(record).map(([name, value]) => pair(name, value));

function toInput(job: JobTaskDefinition, hash: string): RegisterTaskDefinitionCommandInput {
  return {
    family: job.family,
    networkMode: 'awsvpc',
    requiresCompatibilities: [...job.runsOn],
    cpu: `${job.cpu}`,
    memory: `${job.memoryMiB}`,
    ...(job.storageGiB === undefined ? {} : { ephemeralStorage: { sizeInGiB: job.storageGiB } }),
    runtimePlatform: { cpuArchitecture: job.architecture, operatingSystemFamily: 'LINUX' },
    taskRoleArn: job.taskRoleArn,
    executionRoleArn: job.executionRoleArn,
    containerDefinitions: [
      {
        name: jobContainer,
        image: job.image,
        essential: true,
        // Waits for what scripts leave behind, and has SIGTERM end a container whose program has no handler yet.
        linuxParameters: { initProcessEnabled: true },
        stopTimeout: job.stopTimeoutSeconds,
        environment: pairs(job.environment, (name, value) => ({ name, value })),
        secrets: pairs(job.secrets, (name, valueFrom) => ({ name, valueFrom })),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': job.log.group,
            'awslogs-region': job.log.region,
            'awslogs-stream-prefix': job.log.streamPrefix,
            // ECS's default became non-blocking in 2025, which loses lines of a fast writer.
            mode: 'blocking',
          },
        },
      },
    ],
    tags: [{ key: hashTag, value: hash }],
  };
}

/** Registers it; resolves with the revision's ARN. */
export async function registerJob(client: ECSClient, job: JobTaskDefinition, hash: string): Promise<string> {
  const answer = await call('RegisterTaskDefinition', () =>
    client.send(new RegisterTaskDefinitionCommand(toInput(job, hash))),
  );
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}

/** The family's latest revision if its hash tag says so: what a crash after registering left behind is used, not doubled. */
export async function findJob(client: ECSClient, family: string, hash: string): Promise<string | undefined> {
  try {
    const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] }));
    const isSame = answer.tags?.some(({ key, value }) => key === hashTag && value === hash);
    return isSame ? answer.taskDefinition?.taskDefinitionArn : undefined;
  } catch (error) {
    // ECS's answer for a family without an active revision.
    if (error instanceof ClientException) return undefined;
    return call('DescribeTaskDefinition', () => Promise.reject(error));
  }
}
