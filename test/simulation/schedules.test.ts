import {
  CreateScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, expect, test } from 'vitest';
import type { CloudRequest, CloudResponse } from '../../local/cloud/dispatcher.ts';
import type { Config, JobConfig, ScheduleConfig } from '../../shared/config/config.ts';
import { openShop, type Shop } from '../support/shop.ts';

interface Answer {
  Status: string;
  Reason?: string;
  Data?: { Created: string; Updated: string; Deleted: string };
  PhysicalResourceId: string;
  RequestId: string;
}

const group = 'batuta-local';
let shop: Shop;
afterEach(() => shop.close());

/** What CloudFormation sends; its answers come to the harness's web hook. */
const asked = (RequestType: string) => ({
  RequestType,
  ResponseURL: 'https://hooks.example.com/cloudformation',
  StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/batuta-local/1',
  RequestId: `request-${shop.hooks.length}`,
  LogicalResourceId: 'Schedules',
  PhysicalResourceId: 'batuta-schedules',
});
const answers = () => shop.hooks.map(({ body }) => body as unknown as Answer);

async function sync(type: 'Create' | 'Update' | 'Delete'): Promise<Answer | undefined> {
  const request = asked(type);
  await shop.invoke('sync-schedules', request);
  return answers().findLast(({ RequestId }) => RequestId === request.RequestId);
}

const scheduleOf = (expression: string): ScheduleConfig => ({
  name: 'schedule',
  expression,
  timezone: 'UTC',
  params: {},
  graceMs: 300_000,
  catchUp: 'none',
});

/** The configuration with these schedules instead: job → expression. */
function schedules(of: Config, given: Readonly<Record<string, string | undefined>>): Config {
  const jobs = Object.values(of.jobs).map((job): [string, JobConfig] => {
    const expression = given[job.name];
    return [job.name, { ...job, schedules: expression ? [scheduleOf(expression)] : [] }];
  });
  return { ...of, jobs: Object.fromEntries(jobs) };
}

async function present(): Promise<Record<string, string | undefined>> {
  const client = new SchedulerClient(shop.aws);
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: group }));
  const details = Schedules.map(({ Name }) => client.send(new GetScheduleCommand({ GroupName: group, Name })));
  return Object.fromEntries(
    (await Promise.all(details)).map(({ Name, ScheduleExpression }) => [Name, ScheduleExpression]),
  );
}

/** Operations of Scheduler that the function called from here on. */
function watched() {
  const from = shop.calls.length;
  return () =>
    shop.calls
      .slice(from)
      .filter((call) => call.includes('-sync-schedules scheduler '))
      .map((call) => call.split(' ')[2]);
}

const nightly = 'cron(0 3 * * ? *)';
const configured = () => ({ backup: shop.config.jobs.backup?.schedules[0]?.expression });
const counts = (Created: string, Updated: string, Deleted: string) => ({ Data: { Created, Updated, Deleted } });

test('Create makes the configured schedules; the same again changes nothing and writes nothing', async () => {
  shop = await openShop({ service: false });
  expect(await present()).toEqual(configured());
  const calls = watched();
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '0') });
  expect(calls()).toEqual(['ListSchedules', 'GetSchedule']);
});

test('Update makes what is new, changes what differs, deletes what is gone, and says how many', async () => {
  shop = await openShop({ service: false });
  shop.configure(schedules(shop.config, { backup: 'rate(5 minutes)', plain: nightly }));
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('1', '1', '0') });
  expect(await present()).toEqual({ backup: 'rate(5 minutes)', plain: nightly });
  shop.configure(schedules(shop.config, { plain: nightly }));
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '1') });
  expect(await present()).toEqual({ plain: nightly });
});

test('a rate that stays keeps its rhythm through a deployment', async () => {
  shop = await openShop({ service: false });
  shop.configure(schedules(shop.config, { plain: 'rate(10 minutes)' }));
  await sync('Update');
  await shop.pass(8 * 60);
  const fired = shop.engine.started.length;
  shop.configure(schedules(shop.config, { plain: 'rate(10 minutes)', backup: nightly }));
  await sync('Update');
  await shop.pass(60);
  expect(shop.engine.started).toHaveLength(fired);
  await shop.pass(2 * 60);
  expect(shop.engine.started).toHaveLength(fired + 1);
});

test('the group is ours alone: what is not configured goes, one-off schedules too', async () => {
  shop = await openShop({ service: false });
  const { functions, roles } = shop.stack;
  await new SchedulerClient(shop.aws).send(
    new CreateScheduleCommand({
      Name: 'by-hand',
      GroupName: group,
      ScheduleExpression: 'at(2026-12-24T20:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: functions['start-scheduled-run']?.arn,
        RoleArn: Object.values(roles).find(({ name }) => name.endsWith('-scheduler'))?.arn,
      },
    }),
  );
  expect(await sync('Update')).toMatchObject(counts('0', '0', '1'));
  expect(await present()).toEqual(configured());
});

test('Delete leaves nothing of ours, also a second time', async () => {
  shop = await openShop({ service: false });
  expect(await sync('Delete')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '1') });
  expect(await sync('Delete')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '0') });
  expect(await present()).toEqual({});
});

const json = (status: number, type: string, message: string): CloudResponse => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: JSON.stringify({ Message: message }),
});
const writing = ({ method, path }: CloudRequest) => method === 'POST' && path.startsWith('/schedules/plain');

test('a failure answers FAILED with its reason, under the name that never changes', async () => {
  const refusal = json(402, 'ServiceQuotaExceededException', 'You have reached your quota of schedules');
  shop = await openShop({ service: false, intercept: (request) => (writing(request) ? refusal : undefined) });
  expect((await sync('Update'))?.PhysicalResourceId).toBe('batuta-schedules');
  shop.configure(schedules(shop.config, { backup: nightly, plain: nightly }));
  expect(await sync('Update')).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('You have reached your quota of schedules'),
    PhysicalResourceId: 'batuta-schedules',
  });
});

test('a role that has not spread yet is waited for', async () => {
  let left = 3;
  const notYet = json(
    400,
    'ValidationException',
    'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  );
  shop = await openShop({
    service: false,
    intercept: (request) => (writing(request) && left-- > 0 ? notYet : undefined),
  });
  shop.configure(schedules(shop.config, { ...configured(), plain: nightly }));
  const answer = sync('Update');
  await shop.pass(30);
  expect(await answer).toMatchObject({ Status: 'SUCCESS', ...counts('1', '0', '0') });
});

test('an answer that CloudFormation does not take is given again by the retry, never turned into FAILED', async () => {
  let refused = 1;
  shop = await openShop({ service: false, hook: () => (refused-- > 0 ? 503 : 200) });
  const outcome = await shop.invoke('sync-schedules', asked('Update'));
  expect(outcome).toMatchObject({ kind: 'failed', error: { errorMessage: expect.stringContaining('HTTP 503') } });
  expect((await shop.invoke('sync-schedules', asked('Update'))).kind).toBe('done');
  expect(answers().map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
});

test('interrupted after any call and repeated, it ends right', async () => {
  shop = await openShop({ service: false });
  const configurations = [
    schedules(shop.config, { backup: 'rate(5 minutes)', plain: nightly }),
    schedules(shop.config, { plain: 'rate(1 hour)', forgotten: nightly }),
  ];
  let crashes = 0;
  for (let call = 1; call <= 7; call++) {
    for (const next of configurations) {
      shop.configure(next);
      shop.crash.at = undefined;
      shop.crash.after = shop.callsMade() + call;
      const interrupted = await shop.invoke('sync-schedules', asked('Update'));
      expect(interrupted.kind).toBe(shop.crash.at ? 'failed' : 'done');
      if (shop.crash.at) crashes += 1;
      await sync('Update');
      const wanted = Object.values(next.jobs).flatMap(({ name, schedules: [schedule] }) =>
        schedule ? [[name, schedule.expression]] : [],
      );
      expect(await present(), `after call ${call}: ${shop.crash.at}`).toEqual(Object.fromEntries(wanted));
      expect(answers().at(-1)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'batuta-schedules' });
    }
  }
  expect(crashes).toBeGreaterThan(10);
});
