import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, expect, test } from 'vitest';
import type { CloudRequest, CloudResponse } from '../../local/cloud/dispatcher.ts';
import type { Config, JobConfig, ScheduleConfig } from '../../shared/config/config.ts';
import { toInstant } from '../../shared/core/time.ts';
import { jobPauses } from '../../shared/run/job-pause.ts';
import { nameInScheduler } from '../../shared/run/schedule-name.ts';
import { openShop, type Shop } from '../support/shop.ts';

interface Answer {
  Status: string;
  Reason?: string;
  Data?: Record<'Created' | 'Updated' | 'Deleted' | 'Unchanged' | 'Over', string>;
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

const scheduleOf = (expression: string, more: Partial<ScheduleConfig> = {}): ScheduleConfig => ({
  name: 'schedule',
  expression,
  timezone: 'UTC',
  params: {},
  graceMs: 300_000,
  catchUp: 'none',
  ...more,
});

/** The configuration with these schedules instead: job → expression, or whole schedules. */
function schedules(
  of: Config,
  given: Readonly<Record<string, string | readonly ScheduleConfig[] | undefined>>,
): Config {
  const jobs = Object.values(of.jobs).map((job): [string, JobConfig] => {
    const wanted = given[job.name] ?? [];
    return [job.name, { ...job, schedules: typeof wanted === 'string' ? [scheduleOf(wanted)] : wanted }];
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

/** Name in Scheduler → expression. */
const expressions = ({ jobs }: Config) =>
  Object.fromEntries(
    Object.values(jobs).flatMap((job) =>
      job.schedules.map((schedule) => [nameInScheduler(job, schedule), schedule.expression]),
    ),
  );

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
    schedules(shop.config, {
      plain: [scheduleOf('rate(1 hour)'), scheduleOf(nightly, { name: 'second', windowMinutes: 5 })],
      forgotten: nightly,
    }),
  ];
  let crashes = 0;
  for (let call = 1; call <= 9; call++) {
    for (const next of configurations) {
      shop.configure(next);
      shop.crash.at = undefined;
      shop.crash.after = shop.callsMade() + call;
      const interrupted = await shop.invoke('sync-schedules', asked('Update'));
      expect(interrupted.kind).toBe(shop.crash.at ? 'failed' : 'done');
      if (shop.crash.at) crashes += 1;
      await sync('Update');
      expect(await present(), `after call ${call}: ${shop.crash.at}`).toEqual(expressions(next));
      expect(answers().at(-1)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'batuta-schedules' });
    }
  }
  expect(crashes).toBeGreaterThan(10);
});

const minute = 60;
interface Listed {
  state: string;
  params: Record<string, unknown>;
  outcome?: { kind: string; cause: string };
}
/** Newest last. */
async function runsOf(job: string): Promise<Listed[]> {
  const found = await shop.table.query({ index: 'gsi2', pk: `job#${job}`, limit: 100 });
  return found.items.map((item) => item.value as Listed);
}

test('several schedules of a job each fire with parameters of their own', async () => {
  shop = await openShop({ service: false });
  const billing = scheduleOf('cron(6 9 * * ? *)', { name: 'billing', params: { database: 'billing' } });
  shop.configure(schedules(shop.config, { backup: [scheduleOf('cron(3 9 * * ? *)'), billing] }));
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('1', '1', '0') });
  expect(await present()).toEqual({ backup: 'cron(3 9 * * ? *)', 'backup.billing': 'cron(6 9 * * ? *)' });
  await shop.pass(10 * minute);
  expect(await runsOf('backup')).toMatchObject([
    { state: 'succeeded', params: { database: 'shop' } },
    { state: 'succeeded', params: { database: 'billing' } },
  ]);
});

test('start, end and window reach Scheduler; once past, the next deployment keeps what is there', async () => {
  shop = await openShop({ service: false });
  const dates = { start: '2026-11-20T09:02:00Z', end: '2026-11-20T09:08:00Z', windowMinutes: 2 };
  shop.configure(schedules(shop.config, { plain: [scheduleOf('cron(0/3 * * * ? *)', dates)] }));
  await sync('Update');
  const found = await new SchedulerClient(shop.aws).send(new GetScheduleCommand({ GroupName: group, Name: 'plain' }));
  expect(found).toMatchObject({
    StartDate: new Date(dates.start),
    EndDate: new Date(dates.end),
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 2 },
  });
  await shop.pass(7 * minute);
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '0') });
  await shop.pass(7 * minute);
  expect(await runsOf('plain')).toHaveLength(2);
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '0') });
});

test('a start that is long past does not fail a first deployment', async () => {
  shop = await openShop({ service: false });
  const start = '2020-01-01T00:00:00Z';
  const given = [scheduleOf('cron(0 12 * * ? *)', { start }), scheduleOf('rate(7 hours)', { start, name: 'often' })];
  shop.configure(schedules(shop.config, { plain: given }));
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('2', '0', '1') });
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '0') });
});

test('what will not fire again is not made, and said', async () => {
  shop = await openShop({ service: false });
  shop.configure(schedules(shop.config, { plain: 'at(2020-01-01T00:00:00)' }));
  expect(await sync('Update')).toMatchObject({ Data: { Created: '0', Deleted: '1', Over: '1' } });
  expect(await present()).toEqual({});
});

test('a schedule that somebody disabled by hand is enabled again by the next deployment', async () => {
  shop = await openShop({ service: false });
  const client = new SchedulerClient(shop.aws);
  const asked = { GroupName: group, Name: 'backup' };
  const { ScheduleExpression, FlexibleTimeWindow, Target } = await client.send(new GetScheduleCommand(asked));
  await client.send(
    new UpdateScheduleCommand({ ...asked, ScheduleExpression, FlexibleTimeWindow, Target, State: 'DISABLED' }),
  );
  expect(await sync('Update')).toMatchObject(counts('0', '1', '0'));
  expect(await client.send(new GetScheduleCommand(asked))).toMatchObject({ State: 'ENABLED' });
});

test('a paused job’s schedule leaves skipped runs that say why, until it is resumed; a deployment changes nothing', async () => {
  shop = await openShop({ service: false });
  shop.configure(schedules(shop.config, { backup: 'cron(0/5 * * * ? *)' }));
  const now = () => toInstant(shop.clock.now());
  const pauses = jobPauses(shop.table, now);
  await pauses.set('backup', { by: 'ana', at: now(), why: 'the disk is full' });
  await sync('Update');
  await shop.pass(6 * minute);
  expect(await runsOf('backup')).toMatchObject([
    { state: 'skipped', outcome: { kind: 'paused', cause: expect.stringContaining('ana') } },
  ]);
  expect(shop.engine.started).toEqual([]);
  await pauses.lift('backup', 'ana');
  await shop.pass(5 * minute);
  expect((await runsOf('backup')).map(({ state }) => state)).toEqual(['skipped', 'succeeded']);
});

test('a group of others is never touched', async () => {
  shop = await openShop({ service: false });
  const client = new SchedulerClient(shop.aws);
  const { Target } = await client.send(new GetScheduleCommand({ GroupName: group, Name: 'backup' }));
  await client.send(new CreateScheduleGroupCommand({ Name: `${group}-once` }));
  await client.send(
    new CreateScheduleCommand({
      Name: 'backup',
      GroupName: `${group}-once`,
      ScheduleExpression: 'at(2026-12-24T20:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target,
    }),
  );
  await sync('Delete');
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({}));
  expect(Schedules).toMatchObject([{ GroupName: `${group}-once`, Name: 'backup' }]);
});

test('more schedules than a page lists are made, found the same, and gone; the log names fifty', async () => {
  shop = await openShop({ service: false });
  const many = Array.from({ length: 130 }, (_, index) => scheduleOf('cron(0 3 1 1 ? *)', { name: `s${index}` }));
  shop.configure(schedules(shop.config, { plain: many }));
  expect(await sync('Create')).toMatchObject({ Status: 'SUCCESS', ...counts('130', '0', '1') });
  expect(shop.log.findLast(({ message }) => message.includes('match'))?.fields.created).toHaveLength(50);
  expect(await sync('Update')).toMatchObject({ Status: 'SUCCESS', Data: { Unchanged: '130' } });
  expect(await sync('Delete')).toMatchObject({ Status: 'SUCCESS', ...counts('0', '0', '130') });
});
