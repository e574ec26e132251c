import {
  ConflictException,
  type ECSClient,
  type Failure,
  RunTaskCommand,
  type RunTaskCommandOutput,
} from '@aws-sdk/client-ecs';
import { codeOf, isThrottle, isTransient } from './connection.ts';
import { onFargate, type TaskAnswer, type TaskRequest } from './task-request.ts';

/** `failures[].reason` that no waiting mends. Capacity (`RESOURCE:…`, "Capacity is unavailable …") is not among them. */
const permanentFailure = /^(MISSING|INACTIVE|ATTRIBUTE|LOCATION|INVALID)/i;

/** Fargate's quotas, and instances that are not there yet, come as ClientException, told apart by the text only. */
const quotaReached = /reached the limit|capacity is unavailable|no container instances were found/i;

const capacityOf = (capacity: TaskRequest['capacity']) =>
  capacity
    ? {
        capacityProviderStrategy: capacity.map(({ provider, weight, base }) => ({
          capacityProvider: provider,
          weight,
          base,
        })),
      }
    : { launchType: 'FARGATE' as const };

/** Tasks on EC2 instances can have no public address: ECS refuses the field (docs: "Task networking for EC2"). */
const publicAddress = ({ capacity, network }: TaskRequest) =>
  capacity && !onFargate(capacity)
    ? {}
    : { assignPublicIp: network.assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const) };

const toInput = (request: TaskRequest) => ({
  cluster: request.cluster,
  taskDefinition: request.taskDefinitionArn,
  clientToken: request.clientToken,
  startedBy: request.startedBy,
  overrides: request.overrides,
  count: 1,
  ...capacityOf(request.capacity),
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [...request.network.subnets],
      securityGroups: [...request.network.securityGroups],
      ...publicAddress(request),
    },
  },
});

/** What waiting mends is a matter of capacity. */
const mendable = (retryable: boolean) => ({ retryable, ...(retryable ? { capacity: true as const } : {}) });

/** A failure's `arn` may be absent (capacity), so the reason alone decides. */
function refusedBy(failure: Failure | undefined): TaskAnswer {
  const reason = failure?.reason ?? 'no task and no failure in the answer';
  const detail = [failure?.detail, failure?.arn].filter(Boolean).join(' ');
  return { kind: 'refused', reason, detail, proven: false, ...mendable(!permanentFailure.test(reason)) };
}

/** HTTP 200 with `failures[]` is a failure, unless a task came too. */
function readAnswer({ tasks, failures }: RunTaskCommandOutput): TaskAnswer {
  const taskArn = tasks?.[0]?.taskArn;
  return taskArn ? { kind: 'started', taskArn } : refusedBy(failures?.[0]);
}

function readError(error: unknown): TaskAnswer {
  const code = codeOf(error);
  const reason = `${code}: ${(error as Error).message}`;
  // The token is in use with other parameters: ECS names the task it started.
  if (error instanceof ConflictException) {
    const taskArn = error.resourceIds?.find((id) => id.includes(':task/'));
    return taskArn ? { kind: 'started', taskArn } : { kind: 'unknown', reason };
  }
  if (isThrottle(error)) return { kind: 'throttled', reason };
  if (isTransient(error)) return { kind: 'unknown', reason };
  const detail = (error as Error).message;
  return { kind: 'refused', reason: code, detail, proven: true, ...mendable(quotaReached.test(detail)) };
}

/** One RunTask, sent once: what the client repeats by itself could hide that an earlier sending started a task. */
export async function runTask(singleAttempt: ECSClient, request: TaskRequest): Promise<TaskAnswer> {
  try {
    return readAnswer(await singleAttempt.send(new RunTaskCommand(toInput(request))));
  } catch (error) {
    return readError(error);
  }
}
