import { expect, test } from 'vitest';
import type { ScheduleConfig } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { wantedSchedules } from '../../../shared/run/wanted-schedules.ts';
import { report } from '../../support/run-world.ts';

const nightly: ScheduleConfig = {
  name: 'schedule',
  expression: 'cron(0 3 * * ? *)',
  timezone: 'Europe/Lisbon',
  params: {},
  graceMs: 300_000,
  catchUp: 'none',
};
const wanted = (...schedules: ScheduleConfig[]) =>
  wantedSchedules({ jobs: { report: { ...report, schedules } } }, (name) => name.toLowerCase());

test('the one of `schedule:` has the job’s name, those of `schedules:` their own behind it', () => {
  expect(wanted(nightly, { ...nightly, name: 'weekly' }).map(({ name }) => name)).toEqual(['report', 'report.weekly']);
});

test('the input names the schedule and its parameters, and leaves the time to Scheduler', () => {
  const [schedule] = wanted({ ...nightly, name: 'billing', params: { database: 'billing' } });
  expect(JSON.parse(schedule?.input ?? '')).toEqual({
    job: 'report',
    schedule: 'billing',
    params: { database: 'billing' },
    scheduleArn: '<aws.scheduler.schedule-arn>',
    scheduledTime: '<aws.scheduler.scheduled-time>',
  });
});

test('everything that is set is set: dates to the second, window, retries, state', () => {
  const dates = { start: '2027-01-01T00:00:00.750+01:00', end: '2027-06-01T00:00:00Z' };
  expect(wanted({ ...nightly, ...dates, windowMinutes: 15 })).toEqual([
    {
      name: 'report',
      group: 'schedule_group',
      expression: 'cron(0 3 * * ? *)',
      timezone: 'Europe/Lisbon',
      start: toInstant('2026-12-31T23:00:00Z'),
      end: toInstant('2027-06-01T00:00:00Z'),
      windowMinutes: 15,
      functionArn: 'schedule_target_arn',
      roleArn: 'schedule_role_arn',
      deadLetterArn: 'schedule_dlq_arn',
      input: expect.any(String),
      state: 'ENABLED',
      afterCompletion: 'NONE',
      retries: 185,
      maxAgeSeconds: 86_400,
    },
  ]);
});

test('Scheduler ignores the dates of what fires once, so they are left out', () => {
  const [once] = wanted({ ...nightly, expression: 'at(2027-02-01T03:00:00)', end: '2027-06-01T00:00:00Z' });
  expect(once).not.toHaveProperty('end');
});
