import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { runTask } from '../../../shared/aws/run-task.ts';
import type { TaskRequest } from '../../../shared/aws/task-request.ts';

const taskArn = 'arn:aws:ecs:us-east-1:123456789012:task/prod/0123456789abcdef0123456789abcdef';
const request: TaskRequest = {
  cluster: 'prod',
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/batuta-test-report:1',
  clientToken: 'r-aaaaaaaaaaaaaaaaaaaaaaaa-1',
  startedBy: 'batuta/test/r-aaaaaaaaaaaaaaaaaaaaaaaa/1',
  overrides: { containerOverrides: [{ name: 'job', environment: [] }] },
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: true },
};

/** RunTask against one canned answer; `sent` are the bodies that left. */
async function ask(statusCode: number, body: object | Error, asked = request) {
  const sent: string[] = [];
  const client = new ECSClient({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      async handle(sending: { body: Uint8Array }) {
        sent.push(new TextDecoder().decode(sending.body));
        if (body instanceof Error) throw body;
        const headers = { 'content-type': 'application/x-amz-json-1.1' };
        return { response: { statusCode, headers, body: Buffer.from(JSON.stringify(body)) } };
      },
    },
  });
  return { answer: await runTask(client, asked), sent };
}
const error = (code: string, message: string, more: object = {}) => ({ __type: code, message, ...more });

test('the request goes out as it was recorded', async () => {
  const { sent } = await ask(200, { tasks: [{ taskArn }], failures: [] });
  expect(sent.map((body) => JSON.parse(body))).toEqual([
    {
      cluster: 'prod',
      taskDefinition: request.taskDefinitionArn,
      clientToken: request.clientToken,
      startedBy: request.startedBy,
      overrides: request.overrides,
      count: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'ENABLED' },
      },
    },
  ]);
});

const providers = (...names: string[]) => names.map((provider, index) => ({ provider, weight: index + 1, base: 0 }));
const sentWith = async (capacity: TaskRequest['capacity'] & object) => {
  const { sent } = await ask(200, { tasks: [{ taskArn }], failures: [] }, { ...request, capacity });
  return JSON.parse(sent[0] ?? '');
};

test('a strategy takes the place of the launch type', async () => {
  const body = await sentWith(providers('FARGATE_SPOT', 'FARGATE'));
  expect(body).not.toHaveProperty('launchType');
  expect(body.capacityProviderStrategy).toEqual([
    { capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 },
    { capacityProvider: 'FARGATE', weight: 2, base: 0 },
  ]);
  expect(body.networkConfiguration.awsvpcConfiguration.assignPublicIp).toBe('ENABLED');
});

test('on EC2 nothing is said of a public address, which ECS would refuse', async () => {
  const body = await sentWith(providers('gpu'));
  expect(body.networkConfiguration.awsvpcConfiguration).toEqual({ subnets: ['subnet-1'], securityGroups: ['sg-1'] });
});

describe('what an answer means', () => {
  test.each<[string, number, object, object]>([
    ['a task has started', 200, { tasks: [{ taskArn }], failures: [] }, { kind: 'started', taskArn }],
    [
      'a task beside failures has started nevertheless',
      200,
      { tasks: [{ taskArn }], failures: [{ reason: 'RESOURCE:CPU' }] },
      { kind: 'started', taskArn },
    ],
    [
      'HTTP 200 with failures is a refusal, without an arn for want of capacity, and not yet proven',
      200,
      { tasks: [], failures: [{ reason: 'Capacity is unavailable at this time. Please try again later' }] },
      { kind: 'refused', retryable: true, proven: false },
    ],
    [
      'a failure with an arn names it',
      200,
      { tasks: [], failures: [{ arn: 'arn:x', reason: 'RESOURCE:MEMORY' }] },
      { kind: 'refused', retryable: true, detail: 'arn:x' },
    ],
    [
      'MISSING is not mended by waiting',
      200,
      { tasks: [], failures: [{ arn: 'arn:x', reason: 'MISSING' }] },
      { kind: 'refused', retryable: false },
    ],
    ['an answer with neither is a refusal', 200, { tasks: [], failures: [] }, { kind: 'refused', proven: false }],
    [
      'ConflictException names the task that the token started',
      400,
      error('ConflictException', 'already in use', { resourceIds: [taskArn] }),
      { kind: 'started', taskArn },
    ],
    [
      'ConflictException without a task tells nothing',
      400,
      error('ConflictException', 'already in use', { resourceIds: [] }),
      { kind: 'unknown' },
    ],
    ['throttling is throttling', 400, error('ThrottlingException', 'Rate exceeded'), { kind: 'throttled' }],
    [
      'throttling may come as InvalidParameterException',
      400,
      error('InvalidParameterException', 'Error: Rate exceeded'),
      { kind: 'throttled' },
    ],
    [
      "Fargate's quota is waited for",
      400,
      error('ClientException', "You've reached the limit on the number of vCPUs you can run concurrently"),
      { kind: 'refused', retryable: true, proven: true },
    ],
    [
      'a wrong parameter is refused for good',
      400,
      error('InvalidParameterException', 'No Fargate configuration exists for given values'),
      { kind: 'refused', retryable: false, reason: 'InvalidParameterException', proven: true },
    ],
    [
      'no permission is refused for good',
      400,
      error('AccessDeniedException', 'no'),
      { kind: 'refused', retryable: false },
    ],
    ["after a server's error it may have started", 500, error('ServerException', 'oops'), { kind: 'unknown' }],
  ])('%s', async (_fact, status, body, expected) => {
    expect((await ask(status, body)).answer).toMatchObject(expected);
  });

  test('without an answer it may have started, and it was sent once only', async () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const { answer, sent } = await ask(0, reset);
    expect(answer.kind).toBe('unknown');
    expect(sent).toHaveLength(1);
  });
});
