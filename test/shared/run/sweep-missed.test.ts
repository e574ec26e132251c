import { afterEach, describe, expect, test } from 'vitest';
import type { JobConfig, ScheduleConfig } from '../../../shared/config/config.ts';
import { hourly, scheduleWorld } from '../../support/schedule-world.ts';

type World = Awaited<ReturnType<typeof scheduleWorld>>;
let opened: World | undefined;
afterEach(() => opened?.close());
async function world(schedule: Partial<ScheduleConfig> = {}, options: Parameters<typeof scheduleWorld>[1] = {}) {
  opened = await scheduleWorld([{ schedules: [hourly(schedule)] }], options);
  return opened;
}
const scheduled = (parts: Partial<ScheduleConfig>): Partial<JobConfig>[] => [{ schedules: [hourly(parts)] }];
const reason = (w: World) => w.told().map(({ title, cause = '', hint = '' }) => `${title}: ${cause} | ${hint}`);

describe('what fires in time', () => {
  test.each([
    'cron(0 * * * ? *)',
    'cron(*/10 * * * ? *)',
    'rate(10 minutes)',
    'rate(1 hour)',
    'at(2026-11-20T11:00:00)',
  ])('is never missed: %s', async (expression) => {
    const w = await world({ expression });
    await w.pass(200);
    expect(w.delivery.count).toBeGreaterThan(0);
    expect(w.all()).toHaveLength(w.delivery.count);
    expect(w.fired().filter((line) => !line.endsWith('queued'))).toEqual([]);
    expect(w.sweeps.errors).toEqual([]);
  });
  test('is looked up once per firing, and a sweep with nothing due reads one item', async () => {
    const w = await world({ graceMs: 60_000 });
    await w.pass(25);
    w.reads.length = 0;
    await w.pass(60);
    expect(w.reads.filter((pk) => pk === 'watch#schedules')).toHaveLength(60);
    // Of 10:00 only: its look, and what marks it late and announces that, as nothing launches here.
    const others = w.reads.filter((pk) => pk !== 'watch#schedules');
    expect(others).toEqual(Array.from({ length: 3 }, () => `run#${w.all()[0]?.id}`));
  });
  test.each([-60_000, 60_000])('is not missed where the clocks differ by %s ms', async (skewMs) => {
    const w = await world({ graceMs: 60_000 }, { skewMs });
    await w.pass(240);
    expect(w.all()).toHaveLength(4);
    expect(w.fired().every((line) => line.endsWith('queued'))).toBe(true);
  });
  test('is not missed within its flexible window', async () => {
    const w = await world({ windowMinutes: 45, graceMs: 60_000 });
    await w.pass(240);
    expect(w.all().length).toBeGreaterThan(2);
    expect(w.fired().every((line) => line.endsWith('queued'))).toBe(true);
  });
  test('before the first sweep is none of its concern', async () => {
    const w = await world();
    [w.sweeps.dead, w.delivery.lose] = [true, true];
    await w.pass(120);
    [w.sweeps.dead, w.delivery.lose] = [false, false];
    await w.pass(20);
    expect(w.all()).toEqual([]);
  });
});

describe('a firing that Scheduler loses', () => {
  test('is told as missed after its grace, and a delivery after that makes no second run', async () => {
    const w = await world();
    await w.pass(20);
    w.delivery.hold = true;
    await w.pass(15);
    expect(w.all()).toEqual([]);
    await w.pass(2);
    expect(w.fired()).toEqual(['10:00 skipped']);
    expect(reason(w)).toEqual([
      expect.stringMatching(
        /^report missed its schedule: missed its time, 2026-11-20T10:00:00Z: Scheduler did not start it in time \| look into the dead-letter queues/,
      ),
    ]);
    for (const late of w.delivery.held) await w.deliver(late);
    await w.pass(5);
    expect(w.fired()).toEqual(['10:00 skipped']);
  });
  test.each(['last', 'all'] as const)('is started with catchUp %s, under the same id', async (catchUp) => {
    const w = await world({ catchUp });
    w.delivery.hold = true;
    await w.pass(40);
    expect(w.fired()).toEqual(['10:00 queued']);
    expect(w.told()).toMatchObject([
      { severity: 'warning', news: 'missed', title: 'report missed its schedule and is started now' },
    ]);
    for (const late of w.delivery.held) await w.deliver(late);
    expect(w.all()).toHaveLength(1);
  });
  test('because there is no such schedule, is told so', async () => {
    const w = await world();
    await w.pass(20);
    await w.inScheduler.remove();
    await w.pass(20);
    expect(reason(w)).toEqual([expect.stringMatching(/Scheduler has no schedule report \| deploy again/)]);
  });
  test('because it is disabled, or another, is told so', async () => {
    const w = await world();
    await w.pass(20);
    await w.inScheduler.update({ State: 'DISABLED' });
    await w.pass(20);
    expect(reason(w)).toEqual([expect.stringContaining('the schedule report is disabled in Scheduler')]);
    await w.inScheduler.update({ ScheduleExpression: 'cron(59 23 * * ? *)' });
    await w.pass(60);
    expect(reason(w).at(-1)).toContain('is cron(59 23 * * ? *) (UTC) in Scheduler, not cron(0 * * * ? *) (UTC)');
  });
  test('of a flexible window is missed only after the window and the grace', async () => {
    const w = await world({ windowMinutes: 30 });
    w.delivery.lose = true;
    await w.pass(30 + 30 + 5);
    expect(w.all()).toEqual([]);
    await w.pass(3);
    expect(w.fired()).toEqual(['10:00 skipped']);
  });
  test('with parameters that are wrong is recorded as failed when it is made up for', async () => {
    opened = await scheduleWorld([
      { params: { database: { type: 'string', required: true } }, schedules: [hourly({ catchUp: 'last' })] },
    ]);
    opened.delivery.lose = true;
    await opened.pass(40);
    expect(opened.fired()).toEqual(['10:00 failed']);
    expect(reason(opened)).toEqual([expect.stringContaining('database is required')]);
  });
});

describe('no miss', () => {
  test('is what was to fire during a pause, also one that is over', async () => {
    const w = await world();
    w.delivery.lose = true;
    await w.pass(25);
    await w.pauses.set('report', { by: 'ann', at: w.now() });
    await w.pass(10);
    await w.pauses.lift('report', 'ann');
    await w.pass(20);
    expect(w.all()).toEqual([]);
    await w.pass(45);
    expect(w.fired()).toEqual(['11:00 skipped']);
  });
  test('is what a pause that ended by itself covered', async () => {
    const w = await world();
    w.delivery.lose = true;
    await w.pass(25);
    await w.pauses.set('report', { by: 'ann', at: w.now(), until: w.at(600_000) });
    await w.pass(30);
    expect(w.all()).toEqual([]);
  });
  test('is a firing that a deployment went over', async () => {
    const w = await world();
    w.delivery.lose = true;
    await w.pass(32);
    await w.inScheduler.update();
    await w.pass(20);
    expect(w.all()).toEqual([]);
  });
  test('is a schedule that a deployment is about to create', async () => {
    const w = await world();
    await w.pass(10);
    await w.inScheduler.remove();
    w.configure(scheduled({ name: 'other' }), 'second');
    await w.pass(27);
    // 10:00, of the configuration of 9:41, is missed: sync-schedules had its time.
    expect(w.fired()).toEqual(['10:00 skipped']);
    w.configure(scheduled({ name: 'third', expression: 'cron(40 * * * ? *)' }), 'third');
    await w.pass(20);
    expect(w.fired()).toEqual(['10:00 skipped']);
  });
});

describe('a sweep that was dead for three hours', () => {
  async function dead(catchUp: ScheduleConfig['catchUp'], expression = 'cron(0 * * * ? *)') {
    const w = await world({ catchUp, expression });
    await w.pass(10);
    [w.sweeps.dead, w.delivery.lose] = [true, true];
    await w.pass(180);
    [w.sweeps.dead, w.delivery.lose] = [false, false];
    await w.pass(1);
    return w;
  }
  test('finds all that was missed and tells it once', async () => {
    const w = await dead('none');
    expect(w.fired()).toEqual(['10:00 skipped', '11:00 skipped', '12:00 skipped']);
    expect(reason(w)).toEqual([
      expect.stringContaining(
        'missed its time, 2026-11-20T12:00:00Z: Scheduler did not start it in time; so were 2 firings before it, since 2026-11-20T10:00:00Z',
      ),
    ]);
  });
  test('starts the last one with catchUp last', async () => {
    const w = await dead('last');
    expect(w.fired()).toEqual(['10:00 skipped', '11:00 skipped', '12:00 queued']);
    expect(w.told()).toHaveLength(1);
  });
  test('starts all with catchUp all, and tells it once', async () => {
    const w = await dead('all');
    expect(w.fired()).toEqual(['10:00 queued', '11:00 queued', '12:00 queued']);
    expect(w.told()).toHaveLength(1);
  });
  test('starts a hundred at most, and says how many there were besides', async () => {
    const w = await dead('all', 'cron(* * * * ? *)');
    expect(w.all().filter(({ missed }) => missed)).toHaveLength(100);
    expect(reason(w).at(-1)).toMatch(
      /so were 99 firings before it, since 2026-11-20T\d\d:\d\d:00Z, and \d\d older ones were not looked for/,
    );
  });
  test('finds nothing where Scheduler did its work meanwhile', async () => {
    const w = await world();
    await w.pass(10);
    w.sweeps.dead = true;
    await w.pass(180);
    w.sweeps.dead = false;
    await w.pass(10);
    expect(w.fired()).toEqual(['10:00 queued', '11:00 queued', '12:00 queued']);
    expect(w.all().every(({ missed }) => missed === undefined)).toBe(true);
  });
  test('tells it with the one before, where the last is delivered in the very last moment', async () => {
    const w = await world();
    await w.pass(10);
    [w.sweeps.dead, w.delivery.hold] = [true, true];
    await w.pass(155);
    w.sweeps.dead = false;
    w.faults.getSchedule = () => w.deliver(w.delivery.held.at(-1));
    await w.pass(1);
    expect(w.fired()).toEqual(['10:00 skipped', '11:00 skipped', '12:00 queued']);
    expect(reason(w)).toEqual([expect.stringContaining('missed its time, 2026-11-20T11:00:00Z')]);
    const { id } = w.all().find(({ outcome }) => outcome?.cause.includes('11:00')) ?? {};
    const told = w.published.filter(({ detail }) => 'id' in detail && detail.id === id);
    expect(told).toHaveLength(2);
  });
  test('makes up for nothing while the job is paused', async () => {
    const w = await world({ catchUp: 'all' });
    await w.pass(10);
    w.delivery.lose = true;
    await w.pass(23);
    await w.pauses.set('report', { by: 'ann', at: w.now() });
    await w.pass(10);
    expect(w.fired()).toEqual(['10:00 skipped']);
    expect(reason(w)).toEqual([expect.stringContaining('the job is paused now, so it is not started')]);
  });
});

describe('a rate', () => {
  test('that stops is missed where its rhythm lets the next firing expect', async () => {
    const w = await world({ expression: 'rate(20 minutes)' });
    await w.pass(45);
    w.delivery.lose = true;
    await w.pass(30);
    expect(w.fired()).toEqual(['09:30 queued', '09:50 queued', '10:10 queued', '10:30 skipped']);
    w.delivery.lose = false;
    await w.pass(40);
    expect(w.fired().slice(3)).toEqual(['10:30 skipped', '10:50 queued', '11:10 queued']);
  });
  test('is followed in its new rhythm after a deployment that starts it anew', async () => {
    const w = await world({ expression: 'rate(20 minutes)' });
    await w.pass(45);
    await w.inScheduler.remove();
    await w.pass(3);
    await w.inScheduler.create();
    await w.pass(100);
    expect(w.fired().filter((line) => !line.endsWith('queued'))).toEqual([]);
    w.delivery.lose = true;
    await w.pass(27);
    expect(w.fired().filter((line) => !line.endsWith('queued'))).toHaveLength(1);
  });
  test('that never fired is missed after its first period', async () => {
    const w = await world({ expression: 'rate(20 minutes)' });
    await w.inScheduler.remove();
    w.delivery.lose = true;
    await w.pass(60);
    expect(w.fired().map((line) => line.slice(6))).toEqual(['skipped', 'skipped']);
    expect(reason(w).at(-1)).toContain('Scheduler has no schedule report');
  });
});

test('a look that fails is made up for by the next sweep, and holds up no other schedule', async () => {
  opened = await scheduleWorld([
    { name: 'lost', schedules: [hourly()] },
    { name: 'kept', schedules: [hourly({ expression: 'cron(40 10 * * ? *)' })] },
  ]);
  const w = opened;
  w.delivery.lose = true;
  w.faults.getSchedule = () => Promise.reject(new Error('GetSchedule: ThrottlingException: Rate exceeded'));
  await w.pass(45);
  expect(w.all()).toEqual([]);
  expect(w.sweeps.errors[0]).toBe('schedule lost: GetSchedule: ThrottlingException: Rate exceeded');
  w.faults.getSchedule = undefined;
  await w.pass(1);
  expect(w.fired()).toEqual(['10:00 skipped']);
  await w.pass(35);
  expect(w.fired()).toEqual(['10:00 skipped', '10:40 skipped']);
});

test('a run that waits for its launch after its grace is late, told once, and no miss', async () => {
  const w = await world();
  await w.pass(31);
  const id = w.all()[0]?.id ?? '';
  await w.runs.update(id, (run) => ({ ...run, waitingFor: '2 runs of report go on, as many as may at once' }));
  await w.pass(20);
  expect(w.told()).toMatchObject([
    {
      severity: 'warning',
      news: 'late',
      title: 'report is late: it was to start at 2026-11-20T10:00:00Z',
      cause: '2 runs of report go on, as many as may at once',
    },
  ]);
  const announced = w.published.filter((event) => 'id' in event.detail && event.detail.id === id);
  expect(announced).toHaveLength(2);
});

test('two thousand schedules with nothing due cost one read and no time to speak of', async () => {
  const jobs = Array.from({ length: 2000 }, (_, index) => ({
    name: `job-${index}`,
    schedules: [hourly({ expression: `cron(${index % 50} 3 * * ? *)` })],
  }));
  opened = await scheduleWorld(jobs, { isScheduled: false });
  await opened.sweep();
  opened.reads.length = 0;
  const startedAt = performance.now();
  await opened.sweep();
  expect(opened.reads).toEqual(['watch#schedules']);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
