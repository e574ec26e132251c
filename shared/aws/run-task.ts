import {
  ConflictException,
  type ECSClient,
  type Failure,
  RunTaskCommand,
  type RunTaskCommandOutput,
} from '@aws-sdk/client-ecs';
import { codeOf, isThrottle, isTransient } from './connection.ts';
import type { TaskAnswer, TaskRequest } from './task-request.ts';

/** `failures[].reason` that no waiting mends. Capacity (`RESOURCE:…`, "Capacity is unavailable …") is not among them. */
const permanentFailure = /^(MISSING|INACTIVE|ATTRIBUTE|LOCATION|INVALID)/i;

/** Fargate's quotas come as ClientException, told apart by the text only. */
const quotaReached = /reached the limit|capacity is unavailable/i;

const toInput = ({ cluster, taskDefinitionArn, clientToken, startedBy, overrides, network }: TaskRequest) => ({
  cluster,
  taskDefinition: taskDefinitionArn,
  clientToken,
  startedBy,
  overrides,
  count: 1,
  launchType: 'FARGATE' as const,
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [...network.subnets],
      securityGroups: [...network.securityGroups],
      assignPublicIp: network.assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
    },
  },
});

/** A failure's `arn` may be absent (capacity), so the reason alone decides. */
function refusedBy(failure: Failure | undefined): TaskAnswer {
  const reason = failure?.reason ?? 'no task and no failure in the answer';
  const detail = [failure?.detail, failure?.arn].filter(Boolean).join(' ');
  return { kind: 'refused', reason, detail, retryable: !permanentFailure.test(reason), proven: false };
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
  return { kind: 'refused', reason: code, detail, retryable: quotaReached.test(detail), proven: true };
}

/** One RunTask, sent once: what the client repeats by itself could hide that an earlier sending started a task. */
export async function runTask(singleAttempt: ECSClient, request: TaskRequest): Promise<TaskAnswer> {
  try {
    return readAnswer(await singleAttempt.send(new RunTaskCommand(toInput(request))));
  } catch (error) {
    return readError(error);
  }
}
