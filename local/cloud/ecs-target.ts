import type { CloudRequest, CloudResponse, Dispatcher } from './dispatcher.ts';
import { AwsError, type Place } from './service.ts';

/** RunTask with a role's rights, as EventBridge and Scheduler call it for their targets. Rejects with AwsError. */
export type RunTask = (input: object, roleArn: string) => Promise<unknown>;

/** Members that are called otherwise in EcsParameters than in RunTask. */
const renamed: Record<string, string> = { TaskDefinitionArn: 'taskDefinition', TaskCount: 'count' };

/** `LaunchType` → `launchType`, at any depth and also in members that are newer than this code. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      renamed[key] ?? key.charAt(0).toLowerCase() + key.slice(1),
      camelCased(item),
    ]),
  );
}

const overrideKeys = ['containerOverrides', 'cpu', 'memory', 'ephemeralStorage', 'taskRoleArn', 'executionRoleArn'];

/** A target's input is the task's overrides; what is none, such as a whole event, says nothing. */
function overridesOf(input: unknown): object | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const given = Object.entries(input).filter(([key]) => overrideKeys.includes(key));
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/** The RunTask call of a target with EcsParameters. */
export function runTaskInput(target: {
  clusterArn: string;
  parameters: object;
  input: unknown;
  startedBy: string;
}): object {
  const overrides = overridesOf(target.input);
  const { clusterArn: cluster, parameters, startedBy } = target;
  return { ...(camelCased(parameters) as object), cluster, startedBy, ...(overrides && { overrides }) };
}

/** The RunTask call of Scheduler's universal target, whose Input is the call itself. */
export function universalRunTaskInput(input: unknown): object {
  return camelCased(input) as object;
}

export const isCluster = (arn: string): boolean => /^arn:[^:]+:ecs:[^:]*:\d*:cluster\/.+$/.test(arn);

/** Calls RunTask by the dispatcher's own door: with the role's rights, and under injected faults. */
export function createRunTask(dispatcher: Dispatcher, { region }: Place): RunTask {
  return async (input, roleArn) => {
    const role = roleArn.split('/').pop();
    const request: CloudRequest = {
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RunTask',
        authorization: `AWS4-HMAC-SHA256 Credential=${role}/20260101/${region}/ecs/aws4_request`,
      },
      body: JSON.stringify(input),
    };
    const answer: CloudResponse = await dispatcher.handle(request);
    const document = JSON.parse(answer.body) as { __type?: string; message?: string };
    if (answer.status < 400) return document;
    throw new AwsError(document.__type ?? 'InternalFailure', document.message ?? '', answer.status);
  };
}
