import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import type { EventEnvelope } from '../../../../local/cloud/events/envelope.ts';
import { createEvents, type EventsPorts } from '../../../../local/cloud/events/events.ts';
import { AwsError } from '../../../../local/cloud/service.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:follow-task';
const goneArn = 'arn:aws:lambda:us-east-1:123456789012:function:gone';
const queueArn = 'arn:aws:sqs:us-east-1:123456789012:failed';
const busArn = 'arn:aws:events:us-east-1:123456789012:event-bus/batuta';
const entry: PutEventsRequestEntry = { Source: 'batuta', DetailType: 'Run Succeeded', Detail: '{"run":"r-1"}' };

/** 2026-11-20T09:00:00Z at the start. */
function setUp(more: Partial<EventsPorts> = {}) {
  const clock = virtualClock();
  const invoked: { arn: string; payload: unknown }[] = [];
  const queued: { queue: string; body: unknown; attributes: Readonly<Record<string, string>> }[] = [];
  const events = createEvents({
    place: testPlace(),
    clock,
    invoke: (arn, payload) => {
      if (arn === goneArn) throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
      invoked.push({ arn, payload });
    },
    deadLetter: (queue, body, attributes) => queued.push({ queue, body: JSON.parse(body), attributes }),
    ...more,
  });
  const client = new EventBridgeClient(clientConfig(createDispatcher([events])));
  const rule = async (input: Partial<PutRuleCommandInput>, ...targets: Partial<Target>[]) => {
    const { EventBusName } = input;
    await client.send(new PutRuleCommand({ Name: 'runs', ...input }));
    const Targets = targets.map((target, index) => ({ Id: String(index), Arn: functionArn, ...target }));
    await client.send(new PutTargetsCommand({ Rule: input.Name ?? 'runs', EventBusName, Targets }));
  };
  const put = (...entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries: entries }));
  /** Runs what is due and lets deliveries happen. */
  const settle = () => clock.advance(0);
  return { clock, invoked, queued, events, client, rule, put, settle };
}

const batuta = { EventPattern: '{"source":["batuta"]}' };

describe('delivery', () => {
  test('a matching event reaches the target in AWS’s envelope, after PutEvents has answered', async () => {
    const { rule, put, invoked, settle } = setUp();
    await rule(batuta, {});
    const Time = new Date('2026-11-20T08:59:58.123Z');
    const { Entries, FailedEntryCount } = await put(
      { ...entry, Time, Resources: ['arn:x'] },
      { ...entry, Source: 'other' },
    );
    expect(FailedEntryCount).toBe(0);
    await settle();
    expect(invoked).toEqual([
      {
        arn: functionArn,
        payload: {
          version: '0',
          id: Entries?.[0]?.EventId,
          'detail-type': 'Run Succeeded',
          source: 'batuta',
          account: '123456789012',
          time: '2026-11-20T08:59:58Z',
          region: 'us-east-1',
          resources: ['arn:x'],
          detail: { run: 'r-1' },
        },
      },
    ]);
  });
  test('delivery is asynchronous', async () => {
    const { rule, events, invoked, settle } = setUp();
    await rule({ EventPattern: '{"source":["aws.ecs"]}' }, {});
    events.emit({ source: 'aws.ecs', 'detail-type': 'ECS Task State Change', resources: [], detail: {} });
    expect(invoked).toEqual([]);
    await settle();
    expect(invoked).toMatchObject([{ payload: { source: 'aws.ecs', time: '2026-11-20T09:00:00Z' } }]);
  });
  test('a test loses, doubles and reorders by its own delivery', async () => {
    const held: (() => void)[] = [];
    const { rule, put, invoked } = setUp({
      delivery: (event: EventEnvelope, deliver) => {
        if ((event.detail as { lose?: true }).lose) return;
        held.unshift(deliver, deliver);
      },
    });
    await rule(batuta, { InputPath: '$.detail.n' });
    await put({ ...entry, Detail: '{"lose":true}' }, { ...entry, Detail: '{"n":1}' }, { ...entry, Detail: '{"n":2}' });
    for (const deliver of held) deliver();
    expect(invoked.map(({ payload }) => payload)).toEqual([2, 2, 1, 1]);
  });
  test('a disabled rule is silent until it is enabled', async () => {
    const { rule, put, invoked, client, settle } = setUp();
    await rule(batuta, {});
    await client.send(new DisableRuleCommand({ Name: 'runs' }));
    await put(entry);
    await client.send(new EnableRuleCommand({ Name: 'runs' }));
    await put(entry);
    await settle();
    expect(invoked).toHaveLength(1);
  });
  test('a rule on a bus of one’s own sees only that bus', async () => {
    const { rule, put, invoked, client, settle } = setUp();
    await client.send(new CreateEventBusCommand({ Name: 'batuta' }));
    await rule({ ...batuta, EventBusName: busArn }, { InputPath: '$.detail.run' });
    await put(entry, { ...entry, EventBusName: 'batuta', Detail: '{"run":"r-2"}' });
    await settle();
    expect(invoked.map(({ payload }) => payload)).toEqual(['r-2']);
  });
  test('a bus as target gets the same event, and passes it no further', async () => {
    const { rule, put, invoked, client, settle } = setUp();
    await client.send(new CreateEventBusCommand({ Name: 'batuta' }));
    await rule({ ...batuta, Name: 'forward' }, { Arn: busArn });
    await rule({ ...batuta, Name: 'back', EventBusName: 'batuta' }, { Arn: busArn.replace('/batuta', '/default') }, {});
    const { Entries } = await put(entry);
    await settle();
    expect(invoked.map(({ payload }) => (payload as EventEnvelope).id)).toEqual([Entries?.[0]?.EventId]);
  });
  test('a queue as target gets the event as its body', async () => {
    const { rule, put, queued, settle } = setUp();
    await rule(batuta, { Arn: queueArn });
    await put(entry);
    await settle();
    expect(queued).toMatchObject([{ queue: queueArn, body: { source: 'batuta' }, attributes: {} }]);
  });
  test('what a target refuses goes to its dead-letter queue', async () => {
    const { rule, put, queued, settle } = setUp();
    await rule(batuta, { Arn: goneArn, DeadLetterConfig: { Arn: queueArn } });
    await put(entry);
    await settle();
    const attributes = {
      ERROR_CODE: 'ResourceNotFoundException',
      TARGET_ARN: goneArn,
      RULE_ARN: 'arn:aws:events:us-east-1:123456789012:rule/runs',
    };
    expect(queued).toMatchObject([{ queue: queueArn, body: { detail: { run: 'r-1' } }, attributes }]);
  });
});

describe('what a target gets', () => {
  const paths = { run: '$.detail.run', first: '$.resources[0]', none: '$.detail.none', detail: '$.detail' };
  test.each<[string, Partial<Target>, unknown]>([
    ['a constant', { Input: '{"a":[1]}' }, { a: [1] }],
    ['one path', { InputPath: '$.detail' }, { run: 'r-"1"' }],
    [
      'values as JSON outside of quotes',
      { InputTransformer: { InputPathsMap: paths, InputTemplate: '{"run":<run>,"all":<detail>,"none":<none>}' } },
      { run: 'r-"1"', all: { run: 'r-"1"' }, none: null },
    ],
    [
      'values as text inside quotes',
      { InputTransformer: { InputPathsMap: paths, InputTemplate: '"run <run> of <first>, <none>"' } },
      'run r-"1" of arn:x, ',
    ],
    [
      'EventBridge’s own variables',
      { InputTransformer: { InputTemplate: '{"rule":"<aws.events.rule-name>","event":<aws.events.event.json>}' } },
      { rule: 'runs', event: expect.objectContaining({ source: 'batuta', detail: { run: 'r-"1"' } }) },
    ],
  ])('%s', async (_fact, target, expected) => {
    const { rule, put, invoked, settle } = setUp();
    await rule(batuta, target);
    await put({ ...entry, Resources: ['arn:x'], Detail: JSON.stringify({ run: 'r-"1"' }) });
    await settle();
    expect(invoked[0]?.payload).toEqual(expected);
  });
});

describe('PutEvents', () => {
  test('bad entries fail one by one, the others are put', async () => {
    const { put } = setUp();
    const { FailedEntryCount, Entries } = await put(
      entry,
      { ...entry, Detail: '{"run":' },
      { ...entry, Detail: '["run"]' },
      { ...entry, Source: 'aws.ecs' },
      { Source: 'batuta', Detail: '{}' },
    );
    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage])).toEqual([
      [undefined, undefined],
      ['MalformedDetail', 'Detail is malformed.'],
      ['MalformedDetail', 'Detail is malformed.'],
      ['NotAuthorizedForSourceException', 'Not authorized for the source.'],
      ['InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.'],
    ]);
  });
  test('more than 1 MB together is refused', async () => {
    const { put } = setUp();
    const half = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(524_288) }) };
    await expect(put(half)).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put(half, half)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('over the limit'),
    });
  });
  test('more than ten entries are refused', async () => {
    await expect(setUp().put(...Array.from({ length: 11 }, () => entry))).rejects.toThrow('less than or equal to 10');
  });
  test('an unknown bus is no failure, as on AWS', async () => {
    await expect(setUp().put({ ...entry, EventBusName: 'none' })).resolves.toMatchObject({ FailedEntryCount: 0 });
  });
});

describe('scheduled rules', () => {
  test('fire a Scheduled Event by rate, first after one interval', async () => {
    const { rule, clock, invoked } = setUp();
    await rule({ Name: 'sweep', ScheduleExpression: 'rate(1 minute)' }, {});
    await clock.advance(59_000);
    expect(invoked).toEqual([]);
    await clock.advance(62_000);
    expect(invoked.map(({ payload }) => payload)).toMatchObject([
      {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: '2026-11-20T09:01:00Z',
        resources: [expect.stringMatching(/:rule\/sweep$/)],
        detail: {},
      },
      { time: '2026-11-20T09:02:00Z' },
    ]);
  });
  test('fire by cron in UTC, and stop when disabled, replaced, deleted or closed', async () => {
    const { rule, clock, invoked, client, events } = setUp();
    await rule({ ScheduleExpression: 'cron(0/10 * * * ? *)' }, {});
    await clock.advance(10 * 60_000);
    expect(invoked).toHaveLength(1);
    await client.send(new DisableRuleCommand({ Name: 'runs' }));
    await clock.advance(30 * 60_000);
    await client.send(new PutRuleCommand({ Name: 'runs', ScheduleExpression: 'cron(0 12 * * ? *)' }));
    await clock.advance(60 * 60_000);
    expect(invoked).toHaveLength(1);
    events.close();
    await clock.advance(24 * 3_600_000);
    expect(invoked).toHaveLength(1);
  });
  test.each([
    'rate(1 minutes)',
    'rate(10 minute)',
    'rate(0 minutes)',
    'rate(10 MINUTES)',
    'at(2027-01-01T00:00:00)',
    'cron(0 1 * * * *)',
  ])('refused: %s', async (ScheduleExpression) => {
    await expect(setUp().rule({ ScheduleExpression })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter ScheduleExpression is not valid.',
    });
  });
  test('only on the default bus', async () => {
    const { client, rule } = setUp();
    await client.send(new CreateEventBusCommand({ Name: 'batuta' }));
    await expect(rule({ ScheduleExpression: 'rate(1 minute)', EventBusName: 'batuta' })).rejects.toThrow(
      'only on the default event bus',
    );
  });
});

describe('buses, rules and targets', () => {
  test('buses are created, described, listed and deleted', async () => {
    const { client } = setUp();
    await expect(client.send(new CreateEventBusCommand({ Name: 'batuta' }))).resolves.toMatchObject({
      EventBusArn: busArn,
    });
    await expect(client.send(new CreateEventBusCommand({ Name: 'batuta' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await expect(client.send(new DescribeEventBusCommand({ Name: busArn }))).resolves.toMatchObject({
      Name: 'batuta',
      Arn: busArn,
    });
    const list = async () => (await client.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name);
    expect(await list()).toEqual(['batuta', 'default']);
    await client.send(new DeleteEventBusCommand({ Name: 'batuta' }));
    expect(await list()).toEqual(['default']);
    await expect(client.send(new DeleteEventBusCommand({ Name: 'default' }))).rejects.toThrow(
      'Cannot delete event bus default.',
    );
    await expect(client.send(new DescribeEventBusCommand({ Name: 'batuta' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
  test('PutRule again resets what is left out and keeps the targets', async () => {
    const { client, rule } = setUp();
    await rule(
      { ...batuta, Description: 'first', State: 'DISABLED' },
      { RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: queueArn } },
    );
    await client.send(new PutRuleCommand({ Name: 'runs', EventPattern: '{"source":["x"]}' }));
    const { $metadata, ...shown } = await client.send(new DescribeRuleCommand({ Name: 'runs' }));
    expect(shown).toEqual({
      Name: 'runs',
      Arn: 'arn:aws:events:us-east-1:123456789012:rule/runs',
      EventBusName: 'default',
      State: 'ENABLED',
      EventPattern: '{"source":["x"]}',
    });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'runs' }));
    expect(Targets).toEqual([
      { Id: '0', Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: queueArn } },
    ]);
  });
  test('the rules of a target are listed by its ARN', async () => {
    const { client, rule } = setUp();
    await rule({ ...batuta, Name: 'b' }, {});
    await rule({ ...batuta, Name: 'a' }, {}, { Arn: queueArn });
    const names = async (TargetArn: string) =>
      (await client.send(new ListRuleNamesByTargetCommand({ TargetArn }))).RuleNames;
    expect(await names(functionArn)).toEqual(['a', 'b']);
    expect(await names(queueArn)).toEqual(['a']);
    expect(await names(goneArn)).toEqual([]);
  });
  test('rules are listed by prefix and page', async () => {
    const { client, rule } = setUp();
    for (const Name of ['a1', 'a2', 'b1']) await rule({ ...batuta, Name }, {});
    const list = async (filter: object) => client.send(new ListRulesCommand(filter));
    expect((await list({ NamePrefix: 'a' })).Rules?.map(({ Name }) => Name)).toEqual(['a1', 'a2']);
    const { NextToken } = await list({ Limit: 2 });
    expect((await list({ Limit: 2, NextToken })).Rules?.map(({ Name }) => Name)).toEqual(['b1']);
  });
  test('a rule with targets cannot be deleted, one without can, one that is not there too', async () => {
    const { client, rule } = setUp();
    await rule(batuta, {});
    await expect(client.send(new DeleteRuleCommand({ Name: 'runs' }))).rejects.toThrow(
      "Rule can't be deleted since it has targets.",
    );
    const removed = await client.send(new RemoveTargetsCommand({ Rule: 'runs', Ids: ['0', 'none'] }));
    expect(removed).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'none', ErrorCode: 'ResourceNotFoundException' }],
    });
    await client.send(new DeleteRuleCommand({ Name: 'runs' }));
    await client.send(new DeleteRuleCommand({ Name: 'runs' }));
    await expect(client.send(new DescribeRuleCommand({ Name: 'runs' }))).rejects.toThrow(
      'Rule runs does not exist on EventBus default.',
    );
  });
  test.each<[string, Partial<Target>, string]>([
    ['no ARN', { Arn: 'follow-task' }, 'Provided Arn is not in correct format.'],
    ['an ARN of something else', { Arn: 'arn:aws:sns:us-east-1:123456789012:topic' }, 'Only Lambda functions'],
    ['two kinds of input', { Input: '{}', InputPath: '$.detail' }, 'Only one of Input, InputPath, or InputTransformer'],
    ['a constant that is no JSON', { Input: 'hello' }, 'JSON syntax error'],
  ])('a target is refused: %s', async (_fact, target, message) => {
    await expect(setUp().rule(batuta, target)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
  test('a sixth target is refused', async () => {
    await expect(setUp().rule(batuta, {}, {}, {}, {}, {}, {})).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });
  test('a rule needs a pattern or a schedule, and a good one', async () => {
    const { client } = setUp();
    await expect(client.send(new PutRuleCommand({ Name: 'x' }))).rejects.toThrow('EventPattern or ScheduleExpression');
    await expect(client.send(new PutRuleCommand({ Name: 'x', EventPattern: '{"a":[]}' }))).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
      message: 'Event pattern is not valid. Reason: Empty arrays are not allowed',
    });
  });
  test('TestEventPattern answers whether the event matches', async () => {
    const { client } = setUp();
    const ask = async (Event: string) => (await client.send(new TestEventPatternCommand({ ...batuta, Event }))).Result;
    expect(await ask('{"source":"batuta"}')).toBe(true);
    expect(await ask('{"source":"other"}')).toBe(false);
    await expect(ask('{')).rejects.toThrow('Parameter Event is not valid.');
  });
});

describe('access', () => {
  test('PutEvents needs its bus, with source and detail type as conditions', () => {
    const needed = setUp().events.access?.('PutEvents', { Entries: [{ ...entry, EventBusName: 'batuta' }] });
    expect(needed).toEqual([
      {
        action: 'events:PutEvents',
        resource: busArn,
        context: { 'events:source': 'batuta', 'events:detail-type': 'Run Succeeded' },
      },
    ]);
  });
  test('a target’s role needs PassRole', () => {
    const RoleArn = 'arn:aws:iam::123456789012:role/events';
    const needed = setUp().events.access?.('PutTargets', {
      Rule: 'runs',
      EventBusName: 'batuta',
      Targets: [{ RoleArn }],
    });
    expect(needed).toEqual([
      { action: 'events:PutTargets', resource: 'arn:aws:events:us-east-1:123456789012:rule/batuta/runs' },
      { action: 'iam:PassRole', resource: RoleArn, context: { 'iam:passedtoservice': 'events.amazonaws.com' } },
    ]);
  });
});
