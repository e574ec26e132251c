import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import type { LambdaSchedule, Scheduler } from '../../../shared/aws/scheduler.ts';
import { AwsCallFailed } from '../../../shared/core/errors.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { syncSchedules } from '../../../shared/schedule/sync.ts';
import { lambdaSchedule } from '../../support/lambda-schedule.ts';

const refusal = (code: string, message = 'refused') => {
  const cause = Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: 400 } });
  return new AwsCallFailed('CreateSchedule', code, message, /Throttling/.test(code), cause);
};
const named = (name: string, more: Partial<LambdaSchedule> = {}) => lambdaSchedule({ name, ...more });

/** Scheduler, each call of which takes 20 ms; `refuse` may throw instead. */
function world(present: readonly LambdaSchedule[] = [], refuse: (call: string, name: string) => void = () => {}) {
  const clock = virtualClock();
  const startedAt = clock.now();
  const schedules = new Map(present.map((schedule) => [schedule.name, schedule]));
  const calls: string[] = [];
  let [underWay, most] = [0, 0];
  async function answer<Answer>(call: string, name: string, effect: () => Answer): Promise<Answer> {
    calls.push(call);
    underWay += 1;
    most = Math.max(most, underWay);
    await clock.sleep(20);
    underWay -= 1;
    refuse(call, name);
    return effect();
  }
  const scheduler: Scheduler = {
    names: (group) => answer('names', group, () => [...schedules.keys()]),
    find: (_group, name) => answer('find', name, () => schedules.get(name)),
    create: (schedule) =>
      answer('create', schedule.name, () => {
        if (schedules.has(schedule.name)) throw refusal('ConflictException');
        schedules.set(schedule.name, schedule);
      }),
    update: (schedule) =>
      answer('update', schedule.name, () => {
        if (!schedules.has(schedule.name)) throw refusal('ResourceNotFoundException');
        schedules.set(schedule.name, schedule);
      }),
    remove: (_group, name) => answer('remove', name, () => void schedules.delete(name)),
  };
  const deps = {
    scheduler,
    now: () => toInstant(clock.now()),
    sleep: (ms: number) => clock.sleep(ms),
    remainingMs: () => 300_000 - (clock.now() - startedAt),
  };
  return {
    schedules,
    calls,
    most: () => most,
    tookMs: () => clock.now() - startedAt,
    /** Lets time pass until the sync has ended, however. */
    async sync(wanted: readonly LambdaSchedule[]) {
      let ended = false;
      const report = syncSchedules('batuta-test', wanted, deps).finally(() => {
        ended = true;
      });
      report.catch(() => {});
      while (!ended) await clock.advance(20);
      return report;
    },
  };
}

const thousands = Array.from({ length: 2000 }, (_, index) => named(`job-${index}`));

test('2 000 schedules are made, and later looked at, within a tenth of the function’s time', async () => {
  const w = world();
  expect((await w.sync(thousands)).created).toHaveLength(2000);
  expect(w.tookMs()).toBeLessThan(10_000);
  expect(await w.sync(thousands)).toMatchObject({ created: [], updated: [], deleted: [], unchanged: 2000 });
  expect(w.tookMs()).toBeLessThan(20_000);
  expect(w.most()).toBeLessThanOrEqual(8);
});

test('throttling is waited out', async () => {
  let left = 60;
  const w = world([], (call) => {
    if (call === 'create' && left-- > 0) throw refusal('ThrottlingException', 'Rate exceeded');
  });
  expect((await w.sync(thousands.slice(0, 40))).created).toHaveLength(40);
});

test('throttling without end is told in time for the answer, with how far it came', async () => {
  const w = world([named('old')], (_call, name) => {
    if (name === 'job-7') throw refusal('ThrottlingException', 'Rate exceeded');
  });
  await expect(w.sync(thousands.slice(0, 8))).rejects.toThrow(
    'schedule job-7: CreateSchedule: ThrottlingException: Rate exceeded; 7 of 9 are as they should be',
  );
  expect(w.tookMs()).toBeLessThan(285_000);
  expect(w.tookMs()).toBeGreaterThan(200_000);
});

test('a quota that is reached ends it: nothing more is begun, what was begun ends, the next step is named', async () => {
  let made = 0;
  const w = world([], (call) => {
    if (call === 'create' && ++made > 100) throw refusal('ServiceQuotaExceededException', 'too many schedules');
  });
  await expect(w.sync(thousands)).rejects.toThrow(
    /^schedule job-\d+: .*too many schedules; 1\d\d of 2000 are as they should be: ask for more in Service Quotas/,
  );
  expect(w.calls.length).toBeLessThan(120);
  expect(w.schedules.size).toBe(100);
});

test('who else writes at the same time does no harm: made meanwhile, gone meanwhile', async () => {
  const w = world([named('gone', { timezone: 'Europe/Lisbon' })], (call, name) => {
    if (call === 'create' && name === 'made') w.schedules.set('made', named('made', { state: 'DISABLED' }));
    if (call === 'update' && name === 'gone') w.schedules.delete('gone');
  });
  expect(await w.sync([named('made'), named('gone')])).toMatchObject({ created: ['gone'], updated: ['made'] });
  expect([...w.schedules.values()]).toEqual(expect.arrayContaining([named('made'), named('gone')]));
});

test('a group that is not there is told, not asked for without end', async () => {
  const w = world([], (call) => {
    if (call === 'create') throw refusal('ResourceNotFoundException', 'Schedule group batuta-test does not exist.');
  });
  await expect(w.sync([named('backup')])).rejects.toThrow('Schedule group batuta-test does not exist.');
  expect(w.calls.filter((call) => call === 'create')).toHaveLength(5);
});

test('what is over is reported, and what is not wanted goes last', async () => {
  const once = named('once', { expression: 'at(2020-01-01T00:00:00)' });
  const w = world([named('old')]);
  expect(await w.sync([once, named('new')])).toEqual({
    created: ['new'],
    updated: [],
    deleted: ['old'],
    unchanged: 0,
    over: ['once'],
  });
  expect(w.calls.at(-1)).toBe('remove');
});
