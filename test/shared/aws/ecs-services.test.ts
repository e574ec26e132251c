import { expect, test } from 'vitest';
import { ecsServices } from '../../../shared/aws/ecs-services.ts';

interface Sent {
  operation: string;
  body: Record<string, unknown>;
  contentLength: string | undefined;
}

/** A connection that answers each operation with the given JSON and keeps what was sent. */
function wire(answers: Record<string, { status?: number; json: unknown }>) {
  const sent: Sent[] = [];
  const aws = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'secret' },
    requestHandler: {
      async handle(request: { headers: Record<string, string>; body: string | Uint8Array }) {
        const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
        const text = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
        sent.push({ operation, body: JSON.parse(text), contentLength: request.headers['content-length'] });
        const answer = answers[operation];
        if (!answer) throw new Error(`${operation} was not expected`);
        const headers = { 'content-type': 'application/x-amz-json-1.1' };
        return {
          response: { statusCode: answer.status ?? 200, headers, body: Buffer.from(JSON.stringify(answer.json)) },
        };
      },
    },
  };
  return { ecs: ecsServices(aws as never), sent };
}

const arn = 'arn:aws:ecs:us-east-1:123456789012:task-definition/api:7';

test('fields that the SDK does not know are read', async () => {
  const definition = { family: 'api', futureField: { a: [''] }, containerDefinitions: [{ name: 'api', newKnob: 1 }] };
  const tags = [{ key: 'team', value: '', futureTag: true }];
  const { ecs, sent } = wire({ DescribeTaskDefinition: { json: { taskDefinition: definition, tags } } });
  expect(await ecs.describeTaskDefinition(arn)).toEqual({ definition, tags });
  expect(sent[0]?.body).toEqual({ taskDefinition: arn, include: ['TAGS'] });
});

test('fields that the SDK does not know are written, with the content length of what is sent', async () => {
  const body = { family: 'api', futureField: 'ä', containerDefinitions: [{ name: 'api', command: ['sh', '-c', ''] }] };
  const { ecs, sent } = wire({ RegisterTaskDefinition: { json: { taskDefinition: { taskDefinitionArn: arn } } } });
  expect(await ecs.registerTaskDefinition(body)).toBe(arn);
  expect(sent[0]?.body).toEqual(body);
  expect(sent[0]?.contentLength).toBe(String(Buffer.byteLength(JSON.stringify(body))));
});

test('UpdateService sends cluster, service and revision and nothing else', async () => {
  const { ecs, sent } = wire({ UpdateService: { json: { service: { serviceName: 'api' } } } });
  await ecs.updateService('prod', 'api', arn);
  expect(sent[0]?.body).toEqual({ cluster: 'prod', service: 'api', taskDefinition: arn });
});

test('UpdateService is sent once, whatever comes back', async () => {
  const { ecs, sent } = wire({ UpdateService: { status: 500, json: { __type: 'ServerException', message: 'x' } } });
  await expect(ecs.updateService('prod', 'api', arn)).rejects.toMatchObject({
    operation: 'UpdateService',
    code: 'ServerException',
    retryable: true,
  });
  expect(sent).toHaveLength(1);
});

test('stopped tasks are read page by page: those of the rollout may be on any', async () => {
  const page = { taskArns: ['arn:task/1'], nextToken: 'next' };
  const { ecs, sent } = wire({
    ListTasks: { json: page },
    DescribeTasks: { json: { tasks: [{ taskArn: 'arn:task/1' }] } },
  });
  expect(await ecs.stoppedTasks('prod', 'api')).toHaveLength(10);
  const lists = sent.filter(({ operation }) => operation === 'ListTasks').map(({ body }) => body.nextToken);
  expect(lists).toEqual([undefined, ...Array(9).fill('next')]);
});

test('a service that ECS does not know is undefined', async () => {
  const { ecs } = wire({ DescribeServices: { json: { services: [], failures: [{ reason: 'MISSING' }] } } });
  expect(await ecs.describeService('prod', 'gone')).toBeUndefined();
});

test('an error keeps AWS’s code and message', async () => {
  const { ecs } = wire({
    DescribeTaskDefinition: { status: 400, json: { __type: 'ClientException', message: 'Unable to describe' } },
  });
  await expect(ecs.describeTaskDefinition(arn)).rejects.toMatchObject({ code: 'ClientException', retryable: false });
});
