import { expect, test } from 'vitest';
import { type RunBy, taskRunners } from '../../../shared/aws/task-runners.ts';

interface Sent {
  path: string;
  target: string | undefined;
  body: Record<string, unknown> | undefined;
}

/** AWS that answers with these bodies, one after the other. */
function answering(...answers: { status?: number; json: unknown }[]) {
  const sent: Sent[] = [];
  const aws = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: { path: string; headers: Record<string, string>; body?: string | Uint8Array }) {
        const text = request.body === undefined ? '' : Buffer.from(request.body as Uint8Array).toString();
        const target = request.headers['x-amz-target']?.split('.').at(-1);
        sent.push({ path: request.path, target, body: text ? JSON.parse(text) : undefined });
        const { status = 200, json } = answers.shift() ?? { status: 500, json: {} };
        const headers = {
          'content-type': 'application/json',
          'x-amzn-errortype': String((json as { __type?: string }).__type ?? ''),
        };
        return { response: { statusCode: status, headers, body: Buffer.from(JSON.stringify(json)) } };
      },
    },
  };
  return { runners: taskRunners(aws as never, () => Date.parse('2026-11-20T09:00:00Z')), sent };
}

const arn = (revision: string) => `arn:aws:ecs:us-east-1:123456789012:task-definition/${revision}`;
const rule: RunBy = { kind: 'rule', bus: 'default', rule: 'nightly' };
const schedule: RunBy = { kind: 'schedule', group: 'batch', schedule: 'weekly' };
const replacements = new Map([[arn('a:1'), arn('a:2')]]);

const target = (Id: string, revision: string) => ({
  Id,
  Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
  RoleArn: 'arn:aws:iam::123456789012:role/events',
  InputTransformer: { InputPathsMap: {}, InputTemplate: '' },
  FutureTarget: { nested: [''] },
  EcsParameters: { TaskDefinitionArn: arn(revision), TaskCount: 1, FutureKnob: null, Tags: [] },
});
const queue = { Id: 'q', Arn: 'arn:aws:sqs:us-east-1:123456789012:audit' };

test('of a rule only the targets that change are written, with every field as it was, also those no SDK knows', async () => {
  const { runners, sent } = answering(
    { json: { Targets: [target('1', 'a:1'), queue], NextToken: 'more' } },
    { json: { Targets: [target('2', 'b:7'), target('3', 'a:1')] } },
    { json: { FailedEntryCount: 0, FailedEntries: [] } },
  );
  expect(await runners.replace(rule, replacements)).toEqual([arn('a:2'), arn('b:7'), arn('a:2')]);
  expect(sent.map(({ target: operation }) => operation)).toEqual([
    'ListTargetsByRule',
    'ListTargetsByRule',
    'PutTargets',
  ]);
  expect(sent[1]?.body).toMatchObject({ NextToken: 'more' });
  expect(sent[2]?.body).toEqual({
    Rule: 'nightly',
    EventBusName: 'default',
    Targets: [target('1', 'a:2'), target('3', 'a:2')],
  });
});

test('a rule that has been moved already is not written again', async () => {
  const { runners, sent } = answering({ json: { Targets: [target('1', 'a:2')] } });
  expect(await runners.replace(rule, replacements)).toEqual([arn('a:2')]);
  expect(sent).toHaveLength(1);
});

test('targets that PutTargets did not take are an error that names the first', async () => {
  const entry = { TargetId: '1', ErrorCode: 'ConcurrentModificationException', ErrorMessage: 'busy' };
  const { runners } = answering(
    { json: { Targets: [target('1', 'a:1')] } },
    { json: { FailedEntryCount: 1, FailedEntries: [entry] } },
  );
  await expect(runners.replace(rule, replacements)).rejects.toMatchObject({
    operation: 'PutTargets',
    code: 'ConcurrentModificationException',
    retryable: true,
    message: expect.stringContaining('target 1: busy'),
  });
});

const found = {
  Arn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/batch/weekly',
  Name: 'weekly',
  GroupName: 'batch',
  CreationDate: 1_700_000_000.123,
  LastModificationDate: 1_700_000_001,
  Description: '',
  ScheduleExpression: 'rate(7 days)',
  ScheduleExpressionTimezone: 'Europe/Lisbon',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
  ActionAfterCompletion: 'NONE',
  KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k',
  State: 'DISABLED',
  EndDate: 1_900_000_000,
  FutureField: { nested: [''] },
  Target: { ...target('', 'a:1'), DeadLetterConfig: { Arn: queue.Arn }, RetryPolicy: { MaximumRetryAttempts: 0 } },
};
const written = (({ Arn: _, Name: __, CreationDate: ___, LastModificationDate: ____, ...rest }) => ({
  ...rest,
  Target: { ...rest.Target, EcsParameters: { ...rest.Target.EcsParameters, TaskDefinitionArn: arn('a:2') } },
}))(found);

test('UpdateSchedule says again every field that GetSchedule told, also those no SDK knows', async () => {
  const { runners, sent } = answering({ json: found }, { json: { ScheduleArn: found.Arn } });
  expect(await runners.replace(schedule, replacements)).toEqual([arn('a:2')]);
  expect(sent.map(({ path }) => path)).toEqual(['/schedules/weekly', '/schedules/weekly']);
  expect(sent[1]?.body).toEqual(written);
});

test.each([
  ['to come is kept', Date.parse('2026-12-01T00:00:00Z') / 1000, true],
  ['that has passed is left out, since UpdateSchedule refuses it', Date.parse('2026-01-01T00:00:00Z') / 1000, false],
])('a StartDate %s', async (_fact, StartDate, isKept) => {
  const { runners, sent } = answering({ json: { ...found, StartDate } }, { json: { ScheduleArn: found.Arn } });
  await runners.replace(schedule, replacements);
  expect(sent[1]?.body).toEqual(isKept ? { ...written, StartDate } : written);
});

test.each([rule, schedule])('one that is gone has no targets: $kind', async (runBy) => {
  const gone = { status: 404, json: { __type: 'ResourceNotFoundException', message: 'no' } };
  expect(await answering(gone).runners.targets(runBy)).toBeUndefined();
  expect(await answering(gone).runners.replace(runBy, replacements)).toBeUndefined();
});

test('targets that run no task are no ECS targets', async () => {
  const { runners } = answering({ json: { Targets: [queue, target('1', 'a:1')] } });
  expect(await runners.targets(rule)).toEqual([{ id: '1', taskDefinitionArn: arn('a:1') }]);
  const lambda = { ...found, Target: { Arn: 'arn:aws:lambda:us-east-1:123456789012:function:f' } };
  expect(await answering({ json: lambda }).runners.targets(schedule)).toEqual([]);
});
