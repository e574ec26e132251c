import { afterEach, expect, test } from 'vitest';
import type { JobConfig } from '../../../shared/config/config.ts';
import { spanInWords } from '../../../shared/run/expect.ts';
import { scheduleWorld } from '../../support/schedule-world.ts';

const hour = 3_600_000;
type World = Awaited<ReturnType<typeof scheduleWorld>>;
let opened: World | undefined;
afterEach(() => opened?.close());
async function world(job: Partial<JobConfig> = {}) {
  opened = await scheduleWorld([{ expectMs: 2 * hour, ...job }]);
  return opened;
}
const lapses = (w: World) => w.all().filter(({ trigger }) => trigger.kind === 'expectation');
const told = (w: World) => w.told().filter(({ news }) => news === 'missed');

test('a job that succeeds as often as expected is never told of, and looked up once per period', async () => {
  const w = await world();
  for (let runs = 0; runs < 8; runs++) {
    await w.pass(60);
    await w.end('succeeded', `run ${runs}`);
  }
  expect(lapses(w)).toEqual([]);
  expect(w.reads.filter((pk) => pk === 'job#report').length).toBeLessThanOrEqual(2 * 8);
});

test('without a success for so long it is told once, as an error that says since when and what ran last', async () => {
  const w = await world();
  await w.pass(30);
  await w.end('succeeded', 'good');
  await w.pass(60);
  const bad = await w.end('failed', 'bad');
  await w.pass(59);
  expect(lapses(w)).toEqual([]);
  await w.pass(2);
  expect(told(w)).toMatchObject([
    {
      severity: 'error',
      title: 'report has not succeeded for 2 h',
      cause: `no run of report has succeeded for 2 h, since 2026-11-20T10:00:00Z; its newest run, ${bad.id}, is failed`,
      hint: `find out why: batuta runs ${bad.id}`,
    },
  ]);
  await w.pass(5 * 60);
  expect(lapses(w)).toHaveLength(1);
});

test('the first success after that is noted with it, and the time counts anew', async () => {
  const w = await world();
  await w.pass(3 * 60);
  expect(told(w)).toMatchObject([{ news: 'missed', hint: expect.stringContaining('POST /api/jobs/report/runs') }]);
  const good = await w.end('succeeded', 'good');
  await w.pass(2);
  expect(lapses(w)[0]?.recovered?.run).toBe(good.id);
  const announced = w.published.filter(({ detail }) => 'id' in detail && detail.id === lapses(w)[0]?.id);
  expect(announced).toHaveLength(2);
  await w.pass(117);
  expect(lapses(w)).toHaveLength(1);
  await w.pass(3);
  expect(lapses(w)).toHaveLength(2);
});

test('a success is found behind hundreds of failures', async () => {
  const w = await world();
  await w.pass(60);
  await w.end('succeeded', 'good');
  for (let runs = 0; runs < 300; runs++) await w.end('failed', `bad ${runs}`);
  await w.pass(90);
  expect(lapses(w)).toEqual([]);
});

test('while the job is paused the time stands still', async () => {
  const w = await world();
  await w.pass(30);
  await w.pauses.set('report', { by: 'ann', at: w.now() });
  await w.pass(5 * 60);
  expect(lapses(w)).toEqual([]);
  await w.pauses.lift('report', 'ann');
  await w.pass(118);
  expect(lapses(w)).toEqual([]);
  await w.pass(5);
  expect(lapses(w)).toHaveLength(1);
});

test('a job that is no longer expected is forgotten', async () => {
  const w = await world();
  await w.pass(60);
  w.configure([{}], 'second');
  await w.pass(120);
  w.configure([{ expectMs: 2 * hour }], 'third');
  await w.pass(119);
  expect(lapses(w)).toEqual([]);
  await w.pass(5);
  expect(lapses(w)).toHaveLength(1);
});

test.each([
  [90 * 60_000, '90 min'],
  [24 * hour, '24 h'],
  [7 * 24 * hour, '7 d'],
])('%s ms is %s', (ms, words) => expect(spanInWords(ms)).toBe(words));
