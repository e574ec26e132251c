import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
  TagResourceCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, describe, expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createScheduler } from '../../../../local/cloud/scheduler/scheduler.ts';
import { AwsError } from '../../../../local/cloud/service.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:start-run';
const queueArn = 'arn:aws:sqs:us-east-1:123456789012:failed';
const open: { close(): void }[] = [];
afterEach(() => {
  for (const scheduler of open.splice(0)) scheduler.close();
});

/** 2026-11-20T09:00:00Z at the start. */
function setUp(clock = virtualClock()) {
  const invoked: { at: string; payload: unknown }[] = [];
  const dead: { queue: string; body: string; attributes: Readonly<Record<string, string>> }[] = [];
  const scheduler = createScheduler({
    place: testPlace(),
    clock,
    invoke: (arn, payload) => {
      if (arn.endsWith(':gone')) throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
      invoked.push({ at: new Date(clock.now()).toISOString().slice(0, 19), payload });
    },
    deadLetter: (queue, body, attributes) => dead.push({ queue, body, attributes }),
  });
  open.push(scheduler);
  const dispatcher = createDispatcher([scheduler]);
  const client = new SchedulerClient(clientConfig(dispatcher));
  /** The schedule backup by plain HTTP, as a newer client would send it. */
  const send = async (method: string, body?: object) => {
    const request = { method, path: '/schedules/backup', headers: {}, body: body ? JSON.stringify(body) : '' };
    return JSON.parse((await dispatcher.handle(request)).body) as object;
  };
  const create = (expression: string, more: Partial<CreateScheduleCommandInput> = {}) =>
    client.send(new CreateScheduleCommand(input(expression, more)));
  return { clock, invoked, dead, scheduler, client, send, create, times: () => invoked.map(({ at }) => at) };
}

function input(expression: string, more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput {
  return {
    Name: 'backup',
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: functionArn, RoleArn: 'arn:aws:iam::123456789012:role/scheduler', Input: '{"job":"db-backup"}' },
    ...more,
  };
}
const target = (more: object) =>
  ({ ...input('').Target, ...more }) as NonNullable<CreateScheduleCommandInput['Target']>;
const minutes = (count: number) => count * 60_000;

describe('firing', () => {
  test('at fires to the second, once, and stays listed', async () => {
    const { clock, create, times, client } = setUp();
    await create('at(2026-11-20T10:00:03)', { ScheduleExpressionTimezone: 'Europe/Lisbon' });
    await clock.advance(minutes(59));
    expect(times()).toEqual([]);
    await clock.advance(minutes(5000));
    expect(times()).toEqual(['2026-11-20T10:00:03']);
    await expect(client.send(new GetScheduleCommand({ Name: 'backup' }))).resolves.toMatchObject({ State: 'ENABLED' });
  });
  test('ActionAfterCompletion DELETE removes it after its last firing', async () => {
    const { clock, create, times, client } = setUp();
    await create('at(2026-11-20T09:00:03)', { ActionAfterCompletion: 'DELETE' });
    await clock.advance(4000);
    expect(times()).toHaveLength(1);
    await expect(client.send(new GetScheduleCommand({ Name: 'backup' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
  test('an at in the past is accepted and never fires', async () => {
    const { clock, create, times } = setUp();
    await create('at(2026-11-20T08:59:59)');
    await clock.advance(minutes(10));
    expect(times()).toEqual([]);
  });
  test('cron fires on the minute of its zone', async () => {
    const { clock, create, times } = setUp();
    await create('cron(0 7 * * ? *)', { ScheduleExpressionTimezone: 'America/Sao_Paulo' });
    await clock.advance(minutes(2 * 1440));
    expect(times()).toEqual(['2026-11-20T10:00:00', '2026-11-21T10:00:00']);
  });
  test('a rate fires at its creation and then by its interval', async () => {
    const { clock, create, times } = setUp();
    await create('rate(20 minutes)');
    await clock.advance(minutes(45));
    expect(times()).toEqual(['2026-11-20T09:00:00', '2026-11-20T09:20:00', '2026-11-20T09:40:00']);
  });
  test('a rate with StartDate starts there and ends before EndDate', async () => {
    const { clock, create, times } = setUp();
    const StartDate = new Date('2026-11-20T09:10:30Z');
    await create('rate(5 minutes)', { StartDate, EndDate: new Date('2026-11-20T09:20:30Z') });
    await clock.advance(minutes(60));
    expect(times()).toEqual(['2026-11-20T09:10:30', '2026-11-20T09:15:30']);
  });
  test('a cron fires from its StartDate on, and not at its EndDate', async () => {
    const { clock, create, times } = setUp();
    const dates = { StartDate: new Date('2026-11-20T09:10:00Z'), EndDate: new Date('2026-11-20T09:25:00Z') };
    await create('cron(0/5 * * * ? *)', dates);
    await clock.advance(minutes(60));
    expect(times()).toEqual(['2026-11-20T09:10:00', '2026-11-20T09:15:00', '2026-11-20T09:20:00']);
  });
  test('what fires once ignores StartDate and EndDate', async () => {
    const { clock, create, times } = setUp();
    await create('at(2026-11-20T09:05:00)', { StartDate: new Date('2026-11-20T10:00:00Z') });
    await clock.advance(minutes(10));
    expect(times()).toEqual(['2026-11-20T09:05:00']);
  });
  test('an updated rate keeps counting from its creation, with a StartDate from that', async () => {
    const { clock, create, times, client } = setUp();
    await create('rate(10 minutes)');
    await clock.advance(minutes(4));
    await client.send(new UpdateScheduleCommand(input('rate(10 minutes)', { Description: 'changed' })));
    await clock.advance(minutes(7));
    const StartDate = new Date('2026-11-20T09:13:00Z');
    await client.send(new UpdateScheduleCommand(input('rate(10 minutes)', { StartDate })));
    await clock.advance(minutes(5));
    expect(times()).toEqual(['2026-11-20T09:00:00', '2026-11-20T09:10:00', '2026-11-20T09:13:00']);
  });
  test('ActionAfterCompletion DELETE waits for the last firing before EndDate', async () => {
    const { clock, create, times, client } = setUp();
    await create('rate(5 minutes)', { ActionAfterCompletion: 'DELETE', EndDate: new Date('2026-11-20T09:12:00Z') });
    await clock.advance(minutes(9));
    await expect(client.send(new GetScheduleCommand({ Name: 'backup' }))).resolves.toMatchObject({ Name: 'backup' });
    await clock.advance(minutes(9));
    expect(times()).toHaveLength(3);
    await expect(client.send(new GetScheduleCommand({ Name: 'backup' }))).rejects.toThrow('does not exist');
  });
  test('a disabled schedule is silent until it is enabled', async () => {
    const { clock, create, times, client } = setUp();
    await create('cron(* * * * ? *)', { State: 'DISABLED' });
    await clock.advance(minutes(5));
    expect(times()).toEqual([]);
    await client.send(new UpdateScheduleCommand({ ...input('cron(* * * * ? *)'), State: 'ENABLED' }));
    await clock.advance(minutes(2));
    expect(times()).toHaveLength(2);
  });
  test('a flexible window fires within it, and tells the time of the expression', async () => {
    const { clock, create, invoked } = setUp();
    await create('at(2026-11-20T10:00:00)', {
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: target({ Input: '{"at":"<aws.scheduler.scheduled-time>"}' }),
    });
    await clock.advance(minutes(120));
    expect(invoked[0]?.payload).toEqual({ at: '2026-11-20T10:00:00Z' });
    expect(invoked[0]?.at).toMatch(/^2026-11-20T10:(0\d|1[0-4])/);
  });
  test('context attributes are replaced in the Input', async () => {
    const { clock, create, invoked } = setUp();
    const attributes = ['schedule-arn', 'scheduled-time', 'execution-id', 'attempt-number'].map(
      (name) => `<aws.scheduler.${name}>`,
    );
    await create('at(2026-11-20T09:00:03)', { Target: target({ Input: JSON.stringify({ attributes }) }) });
    await clock.advance(4000);
    const arn = 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/backup';
    expect(invoked[0]?.payload).toEqual({
      attributes: [arn, '2026-11-20T09:00:03Z', '00000000-0000-4000-8000-000000000001', '1'],
    });
  });
  test('without Input the function gets a scheduled event', async () => {
    const { clock, create, invoked } = setUp();
    const { Input: _none, ...bare } = target({});
    await create('at(2026-11-20T09:00:03)', { Target: bare });
    await clock.advance(4000);
    expect(invoked[0]?.payload).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      detail: '{}',
    });
  });
  test('what the target refuses goes to the dead-letter queue', async () => {
    const { clock, create, dead } = setUp();
    const Target = target({ Arn: functionArn.replace('start-run', 'gone'), DeadLetterConfig: { Arn: queueArn } });
    await create('at(2026-11-20T09:00:03)', { Target });
    await clock.advance(4000);
    expect(dead).toMatchObject([
      { queue: queueArn, body: '{"job":"db-backup"}', attributes: { ERROR_CODE: 'ResourceNotFoundException' } },
    ]);
  });
  test('a machine that slept for a day makes up for the last hour only', async () => {
    const steady = virtualClock();
    let sleptMs = 0;
    const { create, times, clock } = setUp({ ...steady, now: () => steady.now() + sleptMs });
    await create('cron(0/20 * * * ? *)');
    sleptMs = minutes(1440);
    await clock.advance(minutes(20));
    expect(times()).toHaveLength(4);
  });
  test('close cancels what is due', async () => {
    const { clock, create, times, scheduler } = setUp();
    await create('cron(* * * * ? *)');
    scheduler.close();
    await clock.advance(minutes(5));
    expect(times()).toEqual([]);
  });
});

describe('schedules', () => {
  test('GetSchedule shows the defaults that AWS fills in', async () => {
    const { create, client } = setUp();
    await expect(create('cron(0 3 * * ? *)')).resolves.toMatchObject({
      ScheduleArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/backup',
    });
    const { $metadata, ...schedule } = await client.send(new GetScheduleCommand({ Name: 'backup' }));
    expect(schedule).toEqual({
      Arn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/backup',
      ActionAfterCompletion: 'NONE',
      CreationDate: new Date('2026-11-20T09:00:00Z'),
      LastModificationDate: new Date('2026-11-20T09:00:00Z'),
      FlexibleTimeWindow: { Mode: 'OFF' },
      GroupName: 'default',
      Name: 'backup',
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      Target: { ...target({}), RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
  });
  test('UpdateSchedule resets what is left out', async () => {
    const { create, client } = setUp();
    await create('cron(0 3 * * ? *)', {
      Description: 'nightly',
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'Europe/Lisbon',
    });
    await client.send(new UpdateScheduleCommand(input('cron(0 4 * * ? *)')));
    const schedule = await client.send(new GetScheduleCommand({ Name: 'backup' }));
    expect(schedule).toMatchObject({
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'UTC',
      ScheduleExpression: 'cron(0 4 * * ? *)',
    });
    expect(schedule.Description).toBeUndefined();
  });
  test('members that this SDK does not know stay, until an update leaves them out', async () => {
    const { create, send } = setUp();
    await create('rate(1 day)');
    const body = input('rate(1 day)');
    const future = { ...body, Jitter: { Seconds: 5 }, Target: { ...body.Target, Priority: 'high' } };
    await send('PUT', future);
    expect(await send('GET')).toMatchObject(future);
    await send('PUT', body);
    expect(await send('GET')).not.toHaveProperty('Jitter');
  });
  test('a second schedule of the name conflicts, the same ClientToken does not', async () => {
    const { create } = setUp();
    await create('rate(1 day)', { ClientToken: 'first' });
    await expect(create('rate(1 day)', { ClientToken: 'first' })).resolves.toMatchObject({
      ScheduleArn: expect.any(String),
    });
    await expect(create('rate(2 days)', { ClientToken: 'first' })).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(create('rate(1 day)', { ClientToken: 'other' })).rejects.toMatchObject({ name: 'ConflictException' });
  });
  test('lists by group, prefix, state and page', async () => {
    const { create, client } = setUp();
    await client.send(new CreateScheduleGroupCommand({ Name: 'batuta' }));
    for (const Name of ['a1', 'a2', 'b1']) await create('rate(1 day)', { Name, GroupName: 'batuta' });
    await create('rate(1 day)', { Name: 'a3', State: 'DISABLED' });
    const names = async (filter: object) =>
      (await client.send(new ListSchedulesCommand(filter))).Schedules?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['a1', 'a2', 'b1', 'a3']);
    expect(await names({ GroupName: 'batuta', NamePrefix: 'a' })).toEqual(['a1', 'a2']);
    expect(await names({ State: 'DISABLED' })).toEqual(['a3']);
    const page = await client.send(new ListSchedulesCommand({ MaxResults: 3 }));
    expect(await names({ MaxResults: 3, NextToken: page.NextToken })).toEqual(['a3']);
  });
  test('what is not there is a ResourceNotFoundException', async () => {
    const { client, create } = setUp();
    const error = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
    await expect(client.send(new DeleteScheduleCommand({ Name: 'none' }))).rejects.toMatchObject(error);
    await expect(client.send(new UpdateScheduleCommand(input('rate(1 day)')))).rejects.toMatchObject(error);
    await expect(create('rate(1 day)', { GroupName: 'none' })).rejects.toMatchObject(error);
    await expect(client.send(new GetScheduleGroupCommand({ Name: 'none' }))).rejects.toMatchObject(error);
  });
  test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['a bad expression', { ScheduleExpression: 'cron(0 1 * * * *)' }, 'Invalid Schedule Expression cron(0 1 * * * *).'],
    ['an unknown zone', { ScheduleExpressionTimezone: 'Europe/Atlantis' }, 'Timezone Europe/Atlantis'],
    ['a StartDate long past', { StartDate: new Date('2026-11-20T08:54:00Z') }, 'cannot be earlier than 5 minutes ago'],
    ['an EndDate past', { EndDate: new Date('2026-11-20T08:00:00Z') }, 'EndDate'],
    ['a window without its length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'MaximumWindowInMinutes'],
    ['a target that is no ARN', { Target: target({ Arn: 'start-run' }) }, 'Provided Arn is not in correct format.'],
    [
      'a universal target',
      { Target: target({ Arn: 'arn:aws:scheduler:::aws-sdk:ec2:stopInstances' }) },
      'universal targets',
    ],
    ['another kind of target', { Target: target({ Arn: queueArn }) }, 'Only Lambda functions'],
    ['a role that is no role', { Target: target({ RoleArn: 'arn:aws:iam::123456789012:user/x' }) }, 'Target.RoleArn'],
    [
      'a role of another account',
      { Target: target({ RoleArn: 'arn:aws:iam::210987654321:role/x' }) },
      'execution role',
    ],
  ])('refused: %s', async (_fact, more, message) => {
    const { create } = setUp();
    const refused = { name: 'ValidationException', message: expect.stringContaining(message) };
    await expect(create('rate(1 day)', more)).rejects.toMatchObject(refused);
  });
});

describe('groups', () => {
  test('deleting a group removes and silences its schedules', async () => {
    const { client, create, clock, times } = setUp();
    await client.send(new CreateScheduleGroupCommand({ Name: 'batuta' }));
    await create('cron(* * * * ? *)', { GroupName: 'batuta' });
    await client.send(new DeleteScheduleGroupCommand({ Name: 'batuta' }));
    await clock.advance(minutes(3));
    expect(times()).toEqual([]);
    const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default']);
  });
  test('the default group stays, a second of a name conflicts', async () => {
    const { client } = setUp();
    await expect(client.send(new DeleteScheduleGroupCommand({ Name: 'default' }))).rejects.toThrow('default');
    await expect(client.send(new CreateScheduleGroupCommand({ Name: 'default' }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });
  test('groups carry tags', async () => {
    const { client } = setUp();
    const { ScheduleGroupArn } = await client.send(
      new CreateScheduleGroupCommand({ Name: 'batuta', Tags: [{ Key: 'stage', Value: 'dev' }] }),
    );
    await client.send(new TagResourceCommand({ ResourceArn: ScheduleGroupArn, Tags: [{ Key: 'team', Value: 'ops' }] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: ScheduleGroupArn }));
    expect(Tags).toEqual([
      { Key: 'stage', Value: 'dev' },
      { Key: 'team', Value: 'ops' },
    ]);
  });
});

test('creating a schedule needs the action on its ARN and PassRole for Scheduler', () => {
  expect(setUp().scheduler.access?.('CreateSchedule', input('rate(1 day)', { GroupName: 'batuta' }) as never)).toEqual([
    { action: 'scheduler:CreateSchedule', resource: 'arn:aws:scheduler:us-east-1:123456789012:schedule/batuta/backup' },
    {
      action: 'iam:PassRole',
      resource: 'arn:aws:iam::123456789012:role/scheduler',
      context: { 'iam:passedtoservice': 'scheduler.amazonaws.com' },
    },
  ]);
});
