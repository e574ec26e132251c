import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobConfig, ScheduleConfig } from '../../../shared/config/config.ts';
import { type RunId, runIdOf } from '../../../shared/core/ids.ts';
import { type Instant, toInstant } from '../../../shared/core/time.ts';
import { itemRunId } from '../../../shared/run/fan-out.ts';
import type { Attempt, Run } from '../../../shared/run/run.ts';
import { runKind } from '../../../shared/run/run-record.ts';
import { recordStore } from '../../../shared/store/records.ts';
import { openJobShop } from '../../support/job-shop.ts';
import type { Shop } from '../../support/shop.ts';
import { keepingBus, thingsNow } from '../../support/things.ts';

let shop: Shop;
let spec: JobConfig;
const names = ['a', 'b', 'c'];
const hour = 3_600_000;

/** A run of an hour, one vCPU's worth, that is over. */
function ended(id: RunId, job: string, createdAt: Instant, parts: Partial<Run> = {}): Run {
  const attempt = {
    number: 1,
    intendedAt: createdAt,
    taskArn: 'task',
    logGroup: 'g',
    stoppedAt: toInstant(createdAt + hour),
  };
  return {
    schemaVersion: 1,
    id,
    job,
    state: 'succeeded',
    trigger: { kind: 'api', caller: 'ann', idempotencyKey: id, requestHash: '' },
    spec: { ...spec, name: job },
    params: {},
    createdAt,
    startedAt: createdAt,
    finishedAt: toInstant(createdAt + hour),
    attempts: [attempt as Attempt],
    outputs: {},
    ...parts,
  };
}

beforeAll(async () => {
  shop = await openJobShop();
  spec = { ...(shop.config.jobs.plain as JobConfig), cpu: 1024, memoryMiB: 2048 };
  const prices = { currency: 'USD', x86: { vcpuHour: 0.8, gbHour: 0.1 }, arm: { vcpuHour: 0, gbHour: 0 } };
  shop.configure({
    ...shop.config,
    jobs: Object.fromEntries(names.map((name) => [name, { ...spec, name }])),
    prices: { ...prices, storageGbHour: 0, spot: { from: 0.3, to: 1 } },
  });
  const runs = recordStore(shop.table, keepingBus().bus, runKind, () => thingsNow);
  // Thirty in November, two each hour, one at the very end of October and of November each.
  const at = (time: string) => toInstant(time);
  for (let n = 0; n < 30; n++) {
    const createdAt = toInstant(Date.parse('2026-11-10T00:00:00Z') + Math.floor(n / 2) * hour);
    const state = n % 5 === 0 ? 'failed' : 'succeeded';
    await runs.create(ended(runIdOf(`${n}`), names[n % 3] ?? '', createdAt, { state }));
  }
  await runs.create(ended(runIdOf('october'), 'a', at('2026-10-31T23:59:59.999Z')));
  await runs.create(ended(runIdOf('november'), 'a', at('2026-11-30T23:59:59.999Z')));
  await runs.create(ended(runIdOf('december'), 'a', at('2026-12-01T00:00:00Z')));
  // A fan-out of 620 items, more than a page of costs, between two runs.
  const parent = runIdOf('fan-out');
  const fanOut = { key: 'k', total: 620, maxParallel: 5, failFast: false, started: 620, chunks: [] };
  await runs.create(ended(runIdOf('before'), 'fan', at('2026-11-11T00:00:00Z')));
  await runs.create(ended(parent, 'fan', at('2026-11-12T00:00:00Z'), { attempts: [], fanOut }));
  await runs.create(ended(runIdOf('after'), 'fan', at('2026-11-13T00:00:00Z')));
  const item = (index: number) =>
    runs.create(
      ended(itemRunId(parent, index), 'fan', at('2026-11-12T00:00:00Z'), { trigger: { kind: 'item', parent, index } }),
    );
  for (let from = 0; from < 620; from += 62)
    await Promise.all(Array.from({ length: 62 }, (_, offset) => item(from + offset)));
});
afterAll(() => shop.close());

const get = (path: string) => shop.api('GET', `/api/${path}`);

async function pages<Entry>(path: string, field: string): Promise<Entry[][]> {
  const found: Entry[][] = [];
  let cursor = '';
  do {
    const { status, body } = await get(`${path}${cursor}`);
    expect(status).toBe(200);
    found.push(body[field]);
    cursor = body.cursor ? `&cursor=${body.cursor}` : '';
  } while (cursor);
  return found;
}
interface Listed {
  id: string;
  job: string;
  state: string;
  createdAt: string;
}

describe('the list of runs', () => {
  test.each([1, 7, 33, 34])('of all jobs, %i a page, holds each once, newest first', async (limit) => {
    const all = (await pages<Listed>(`runs?limit=${limit}`, 'runs')).flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(33);
    const times = all.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test.each([1, 3, 13])('of one job, %i a page, holds just its own', async (limit) => {
    const all = (await pages<Listed>(`runs?job=b&limit=${limit}`, 'runs')).flat();
    expect(all.map(({ job }) => job)).toEqual(Array.from({ length: 10 }, () => 'b'));
  });

  test.each([1, 2, 6, 100])('by state, %i a page, holds just those', async (limit) => {
    const all = (await pages<Listed>(`runs?state=failed,lost&limit=${limit}`, 'runs')).flat();
    expect(all.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'failed'));
  });

  test('of a job that batuta.yml has no more is kept, without the items of a fan-out', async () => {
    expect((await get('runs?job=fan')).body.runs).toHaveLength(3);
  });

  test.each([
    ['runs?job=gone', 404, 'job'],
    ['runs?state=failed,', 422, 'state'],
    ['runs?limit=0', 422, 'limit'],
    ['runs?cursor=x', 422, 'cursor'],
    ['jobs/gone', 404, 'job'],
    ['jobs/gone/cost', 404, 'job'],
    ['jobs/a/cost?month=2026-1', 422, 'month'],
    ['jobs/a/cost?cursor=abc', 422, 'cursor'],
  ])('%s is refused with %i', async (path, status, field) => {
    expect(await get(path)).toMatchObject({ status, body: { problems: [{ field }] } });
  });
});

test('a job shows its last five runs, and what one costs', async () => {
  const { job } = (await get('jobs/b')).body;
  expect(job.runs).toHaveLength(5);
  expect(job).toMatchObject({
    name: 'b',
    size: { cpu: 1024, memoryMiB: 2048, architecture: 'x86_64' },
    estimate: { perHour: { currency: 'USD', from: 1, to: 1 }, perRun: { seconds: 3600, from: 1, to: 1 } },
    lastRun: { id: job.runs[0].id },
  });
});

test.each([1, 2, 3])('the pages of the jobs, %i each, hold each once', async (limit) => {
  const all = (await pages<{ name: string }>(`jobs?limit=${limit}`, 'jobs')).flat();
  expect(all.map(({ name }) => name)).toEqual(names);
});

/** Every page of what costs, added up. */
async function costOf(path: string) {
  let [runs, amount, asked] = [0, 0, 0];
  let cursor = '';
  do {
    const { body } = await get(`${path}${cursor}`);
    asked += 1;
    runs += body.runs;
    amount += body.cost.from;
    cursor = body.cursor ? `${path.includes('?') ? '&' : '?'}cursor=${body.cursor}` : '';
  } while (cursor);
  return { runs, amount: Math.round(amount), asked };
}

test('a run says what it cost, a fan-out what all its items did', async () => {
  expect(await costOf(`runs/${runIdOf('before')}/cost`)).toEqual({ runs: 1, amount: 1, asked: 1 });
  expect(await costOf(`runs/${runIdOf('fan-out')}/cost`)).toEqual({ runs: 620, amount: 620, asked: 2 });
  expect(await get(`runs/${runIdOf('fan-out')}/cost?cursor=abc`)).toMatchObject({ status: 422 });
});

describe('what a month cost', () => {
  const cost = (job: string, month: string) => costOf(`jobs/${job}/cost?month=${month}`);
  test.each([
    ['a', '2026-10', 1],
    ['a', '2026-11', 11],
    ['a', '2026-12', 1],
    ['a', '2026-09', 0],
    ['b', '2026-11', 10],
  ])('of %s in %s is that of %i runs', async (job, month, runs) => {
    expect(await cost(job, month)).toMatchObject({ runs, amount: runs });
  });

  test("counts a fan-out's items, each once, over several pages", async () => {
    expect(await cost('fan', '2026-11')).toEqual({ runs: 622, amount: 622, asked: 2 });
  });
});

describe('what fires when', () => {
  const schedule = (name: string, expression: string): ScheduleConfig => ({
    name,
    expression,
    timezone: 'UTC',
    params: {},
    graceMs: 300_000,
    catchUp: 'none',
  });
  const firings = (path: string) => pages<{ at: string; job: string; schedule: string }>(`schedule?${path}`, 'firings');

  beforeAll(() => {
    const [a, b] = [
      { ...spec, name: 'a', schedules: [schedule('x', 'cron(0 * * * ? *)'), schedule('y', 'cron(0 * * * ? *)')] },
      { ...spec, name: 'b', schedules: [schedule('schedule', 'cron(0,30 * * * ? *)')] },
    ];
    const daily = { ...spec, name: 'daily', schedules: [schedule('d', 'cron(0 5 * * ? *)')] };
    shop.configure({ ...shop.config, jobs: { a, b, daily } });
  });

  test.each([1, 2, 3, 100])('is told once each, %i a page, also what fires at the same time', async (limit) => {
    const all = (await firings(`from=2026-11-20T00:00:00Z&to=2026-11-20T03:00:00Z&limit=${limit}`)).flat();
    expect(all).toHaveLength(3 * 4);
    expect(new Set(all.map((firing) => JSON.stringify(firing))).size).toBe(12);
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted());
  });

  test('folds on request what fires often, once over all pages, and pages the rest', async () => {
    const path = 'fold=true&from=2026-11-20T00:00:00Z&to=2026-11-23T00:00:00Z&limit=2';
    expect((await firings(path)).map((page) => page.map(({ job }) => job))).toEqual([['daily', 'daily'], ['daily']]);
    const frequent = (await pages<{ job: string }>(`schedule?${path}`, 'frequent')).filter((page) => page);
    expect(frequent).toMatchObject([[{ job: 'a' }, { job: 'a' }, { job: 'b' }]]);
    expect(frequent[0]?.[2]).toMatchObject({
      at: '2026-11-20T00:00:00.000Z',
      last: '2026-11-22T23:30:00.000Z',
      times: 144,
      everySeconds: 1800,
    });
  });

  test('of one job is just its own', async () => {
    const all = (await firings('job=b&from=2026-11-20T00:00:00Z&to=2026-11-20T03:00:00Z')).flat();
    expect(all.map(({ job }) => job)).toEqual(Array.from({ length: 6 }, () => 'b'));
  });

  test.each([
    ['from=yesterday', 'from'],
    ['to=2020-01-01T00:00:00Z', 'to'],
    ['to=2030-01-01T00:00:00Z', 'to'],
    ['job=gone', 'job'],
    ['cursor=x', 'cursor'],
    ['fold=yes', 'fold'],
  ])('%s is refused', async (query, field) => {
    expect(await get(`schedule?${query}`)).toMatchObject({ body: { problems: [{ field }] } });
  });
});

test('where there are more than 50 jobs, the list of runs wants one named', async () => {
  const many = Array.from({ length: 51 }, (_, n) => [`j${n}`, { ...spec, name: `j${n}` }]);
  shop.configure({ ...shop.config, jobs: Object.fromEntries(many) });
  expect(await get('runs')).toMatchObject({ status: 422, body: { detail: 'There are 51 jobs; name one: ?job=j0' } });
});
