import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { configureLoad } from '../support/job-shop.ts';
import { openTroubledShop, type TroubledShop } from '../support/troubled-shop.ts';

let shop: TroubledShop;
beforeAll(async () => {
  shop = await openTroubledShop();
});
beforeEach(() => {
  shop.heal();
  configureLoad(shop);
});
afterAll(() => shop.close());

const post = (path: string, body: unknown, key?: string) =>
  shop.api('POST', `/api/${path}`, { body, ...(key ? { headers: { 'idempotency-key': key } } : {}) });
const problems = () => shop.log.filter(({ level }) => level === 'error');

describe('batuta check refuses a job', () => {
  const folder = mkdtempSync(join(tmpdir(), 'batuta-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    [
      'of an impossible size',
      'cpu: 512, memory: 3000',
      /jobs\.j\.memory: 3000 MiB is not possible with 512 CPU units; use 1024, 2048, 3072 or 4096/,
    ],
    [
      'with a cron of five fields',
      'schedule: { cron: "0 3 * * *" }',
      /has five fields; EventBridge Scheduler wants six: .* so write cron\(0 3 \* \* \? \*\)/,
    ],
    [
      'in a time zone that does not exist',
      'schedule: { rate: 1 day, timezone: Europe/Lisboa }',
      /timezone: .*did you mean `Europe\/Lisbon`/,
    ],
    [
      'with an unknown parameter in its schedule',
      'schedule: { rate: 1 day, params: { dat: x } }',
      /no parameter `dat`/,
    ],
    ['with a priority out of range', 'priority: 1000', /priority: must be a whole number from -100 to 100/],
  ])('%s', async (_fact, job, message) => {
    const path = join(folder, 'batuta.yml');
    writeFileSync(
      path,
      `cluster: a\nnetwork: { subnets: [subnet-1] }\njobs: { j: { script: db-backup.sh, params: { date: { type: date, required: false } }, ${job} } }`,
    );
    const errors: string[] = [];
    const code = await main(['check', '--config', path], { out: () => {}, error: (line) => errors.push(line) }, {});
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(message);
  });
});

/** None of what most fields take. */
const nonsense: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, '', ' ', 'x', '\u0000', '__proto__', 'x'.repeat(10_000)],
  ...[[], [[]], [null], {}, { a: { b: 1 } }, JSON.parse('{"__proto__": 1}')],
];

describe('no value of a field is an error of ours: it is taken, or refused by the name of the field', () => {
  test.each([
    ['jobs/load/runs', ['params', 'at', 'timezone', 'items', 'forEach', 'maxParallel', 'failFast']],
    ['jobs/load/pause', ['reason', 'until', 'for']],
    ['runs/RUN/stop', ['reason']],
    ['runs/RUN/retry', ['params']],
  ])('POST %s', async (path, fields) => {
    const run = await shop.start();
    for (const field of fields)
      for (const value of nonsense) {
        const answer = await post(path.replace('RUN', run), { [field]: value });
        const told = `${field}: ${JSON.stringify(value).slice(0, 40)}: ${JSON.stringify(answer.body).slice(0, 100)}`;
        expect([200, 202, 422], told).toContain(answer.status);
        if (answer.status === 422) expect(answer.body.problems[0].field, told).toMatch(new RegExp(`^${field}\\b`));
      }
    await post('jobs/load/resume', {});
    expect(problems()).toEqual([]);
  });

  test('nor is a body that is no object', async () => {
    const run = await shop.start();
    for (const path of [
      'jobs/load/runs',
      'jobs/load/pause',
      'jobs/load/resume',
      `runs/${run}/stop`,
      `runs/${run}/retry`,
    ])
      for (const body of [null, 5, 'x', [], true]) expect((await post(path, body)).status).toBe(422);
  });
});

describe('what is asked for is refused, and nothing starts', () => {
  const item = { part: 1 };
  test.each([
    ['an unknown parameter', { params: { prat: 1 } }, 'params.prat', /is not a parameter of this job/],
    ['a list where one value is wanted', { params: { part: [1] } }, 'params.part', /must be a whole number/],
    ['a day that there is not', { params: { date: '2026-02-30' } }, 'params.date', /must be a date/],
    ['a time in the past', { at: '2026-11-20T08:59:59Z' }, 'at', /must be in the future/],
    ['a time after the year 9999', { at: '9999-12-31T23:00:00-02:00' }, 'at', /no later than 9999-12-31/],
    ['a time zone that does not exist', { at: '2026-12-01T00:00', timezone: 'Mars/Base' }, 'timezone', /Mars\/Base/],
    ['10 001 items', { items: Array.from({ length: 10_001 }, () => item) }, 'items', /has 10001 items; at most 10000/],
    ['a range of 10 001', { forEach: { part: '0..10000' } }, 'forEach.part', /has 10001 items/],
    ['an item over 2 kB', { items: [item, { shops: ['x'.repeat(2000)] }] }, 'items[1]', /at most 2000 are taken/],
    ['forEach over two', { forEach: { part: '1..2', date: '2026-11-01' } }, 'forEach', /must name one parameter/],
    ['an item with an unknown parameter', { items: [item, { prat: 1 }] }, 'items[1].prat', /is not a parameter/],
    ['an item with a wrong value', { items: [item, { part: 'x' }] }, 'items[1].part', /must be a whole number/],
    ['more at once than items may be', { items: [item], maxParallel: 10_001 }, 'maxParallel', /from 1 to 10000/],
  ])('%s', async (_fact, body, field, message) => {
    const before = (await shop.api('GET', '/api/runs?limit=1')).body.runs[0]?.id;
    const answer = await post('jobs/load/runs', body);
    expect(answer).toMatchObject({ status: 422, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body.problems[0]).toMatchObject({ field, message: expect.stringMatching(message) });
    expect((await shop.api('GET', '/api/runs?limit=1')).body.runs[0]?.id).toBe(before);
  });

  test('the end of the year 9999 is a time like another: it waits, and can be stopped', async () => {
    const id = await shop.start({}, { at: '9999-12-31T23:59:59Z' });
    await shop.pass(130);
    expect(await shop.runOf(id)).toMatchObject({ state: 'queued', waitsUntil: '9999-12-31T23:59:59.000Z' });
    expect((await post(`runs/${id}/stop`, {})).status).toBe(202);
    expect((await shop.endOf(id)).state).toBe('stopped');
  });
});

describe('asked for twice', () => {
  test('a retry under one key is one run, and under the key of another a conflict', async () => {
    shop.trouble.next = [
      { runMs: 1000, exitCode: 1 },
      { runMs: 1000, exitCode: 1 },
    ];
    const [first, other] = [await shop.start(), await shop.start()];
    await shop.pass(20);
    const answers = await Promise.all([1, 2, 3].map(() => post(`runs/${first}/retry`, {}, 'again')));
    const ids = answers.map(({ body }) => body.run.id);
    expect(new Set(ids).size).toBe(1);
    expect(await post(`runs/${other}/retry`, {}, 'again')).toMatchObject({ status: 409 });
    await shop.pass(20);
    expect(await shop.endOf(ids[0])).toMatchObject({ state: 'succeeded', tasks: [1], news: ['succeeded'] });
  });

  test('two stops at once are one, told once, and a third of the ended run changes nothing', async () => {
    shop.trouble.next = [{}];
    const id = await shop.start();
    await shop.pass(5);
    const stops = await Promise.all(['a', 'b'].map((reason) => post(`runs/${id}/stop`, { reason })));
    expect(stops.map(({ status }) => status)).toEqual([202, 202]);
    await shop.pass(60);
    const end = await shop.endOf(id);
    expect(end).toMatchObject({ state: 'stopped', tasks: [1], news: ['stopped'] });
    expect(end.cause).toMatch(/^stopped by tester: [ab]; it ended on SIGTERM$/);
    expect((await post(`runs/${id}/stop`, {})).status).toBe(202);
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(end);
  });
});
