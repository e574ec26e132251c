import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterEach, expect, test } from 'vitest';
import type { JobConfig } from '../../shared/config/config.ts';
import { toInstant } from '../../shared/core/time.ts';
import { jobPauses } from '../../shared/run/job-pause.ts';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const minute = 60;

/** Twelve minutes before the backup of 12:00, with a grace of a minute; the job changed by `parts`. */
async function open(
  catchUp: 'none' | 'last' = 'none',
  parts: Partial<JobConfig> = {},
  startAt = '11:48',
): Promise<void> {
  shop = await openShop({ service: false, startAt: `2026-11-20T${startAt}:00Z` });
  const { backup } = shop.config.jobs;
  if (!backup) throw new Error('the fixture has no job backup');
  const schedules = backup.schedules.map((schedule) => ({ ...schedule, graceMs: 60_000, catchUp }));
  shop.configure({ ...shop.config, jobs: { ...shop.config.jobs, backup: { ...backup, schedules, ...parts } } });
  await shop.pass(minute);
}
/** Scheduler forgets the backup, and delivers it late. */
const lose = () =>
  new SchedulerClient(shop.aws).send(new DeleteScheduleCommand({ GroupName: 'batuta-local', Name: 'backup' }));
const deliverLate = () =>
  shop.invoke('start-scheduled-run', {
    job: 'backup',
    schedule: 'schedule',
    scheduleArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/batuta-local/backup',
    scheduledTime: '2026-11-20T12:00:00Z',
  });
const told = () => shop.hooks.map(({ body }) => `${body.data.severity}: ${body.data.title}`);

test('a schedule that somebody deleted is told as missed within its grace and two sweeps, and never started', async () => {
  await open();
  await lose();
  await shop.pass(14 * minute);
  expect(told()).toEqual(['error: backup missed its schedule']);
  const [text] = shop.hooks.map(({ body }) => body.data.text);
  expect(text).toContain('Why: missed its time, 2026-11-20T12:00:00Z: Scheduler has no schedule backup');
  await deliverLate();
  await shop.pass(2 * minute);
  expect(told()).toHaveLength(1);
  expect(shop.engine.started).toEqual([]);
  expect(shop.errors).toEqual([]);
});

test('catchUp: last starts it once, however late it is delivered besides', async () => {
  await open('last');
  await lose();
  await shop.pass(14 * minute);
  await deliverLate();
  await shop.pass(2 * minute);
  expect(told()).toEqual([
    'warning: backup missed its schedule and is started now',
    expect.stringMatching(/^info: backup succeeded after/),
  ]);
  expect(shop.engine.started).toHaveLength(1);
});

test('what fired in time is no miss', async () => {
  await open('last');
  await shop.pass(16 * minute);
  expect(told()).toEqual([expect.stringMatching(/^info: backup succeeded after/)]);
});

test('a job that is paused over its time has missed nothing', async () => {
  await open();
  const now = () => toInstant(shop.clock.now());
  await jobPauses(shop.table, now).set('backup', { by: 'ann', at: now() });
  await lose();
  await shop.pass(16 * minute);
  expect(told()).toEqual([]);
  expect(shop.engine.started).toEqual([]);
});

test('an expected success that does not come is told, and so is the one that comes after all', async () => {
  await open('none', { schedules: [], expectMs: 10 * 60_000 }, '12:40');
  await shop.pass(11 * minute);
  expect(told()).toEqual(['error: backup has not succeeded for 10 min']);
  await shop.api('POST', '/api/jobs/backup/runs', { body: {} });
  await shop.pass(2 * minute);
  // Who hears of the success is not told besides that the job succeeds again.
  expect(told().slice(1)).toEqual([expect.stringMatching(/^info: backup succeeded after/)]);
  expect(shop.errors).toEqual([]);
});
