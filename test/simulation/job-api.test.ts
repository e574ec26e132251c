import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configureLoad, openJobShop } from '../support/job-shop.ts';
import type { Shop } from '../support/shop.ts';

let shop: Shop;
const failing = new Set<string>();

beforeAll(async () => {
  shop = await openJobShop(
    {},
    { behave: ({ environment }) => ({ runMs: 3000, exitCode: failing.has(environment.PARAM_PART ?? '') ? 1 : 0 }) },
  );
});
beforeEach(() => {
  failing.clear();
  configureLoad(shop);
});
afterAll(() => shop.close());

/** So many seconds from now, to the second. */
const later = (seconds: number) => `${new Date(shop.clock.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
const started = () => shop.engine.started.length;
const post = (path: string, body: object = {}, key?: string) =>
  shop.api('POST', `/api/${path}`, { body, ...(key ? { headers: { 'idempotency-key': key } } : {}) });
const get = async (path: string) => (await shop.api('GET', `/api/${path}`)).body;
const runOf = async (id: string) => (await get(`runs/${id}`)).run;
async function start(body: object = {}): Promise<string> {
  const answer = await post('jobs/load/runs', body);
  expect(answer).toMatchObject({ status: 202, headers: { location: `/api/runs/${answer.body.run?.id}` } });
  return answer.body.run.id;
}

describe('a run at a later time', () => {
  test('waits, says until when, and runs then', async () => {
    const at = later(300);
    const id = await start({ at: at.replace('Z', '+00:00') });
    const times = { at: at.replace('Z', '.000Z') };
    expect(await runOf(id)).toMatchObject({ state: 'queued', ...times, waitsUntil: times.at });
    await shop.pass(290);
    expect((await runOf(id)).state).toBe('queued');
    await shop.pass(90);
    const run = await runOf(id);
    expect(run).toMatchObject({ state: 'succeeded', ...times });
    expect(run.waitsUntil).toBeUndefined();
  });

  test('is told by the wall clock of a time zone', async () => {
    const id = await start({ at: '2027-01-20T08:00', timezone: 'America/Sao_Paulo' });
    expect(await runOf(id)).toMatchObject({ at: '2027-01-20T11:00:00.000Z' });
  });

  test('is removed by a stop', async () => {
    const before = started();
    const id = await start({ at: later(120) });
    const stopped = await post(`runs/${id}/stop`, { reason: 'not today' });
    expect(stopped).toMatchObject({ status: 202, body: { run: { state: 'stopped' } } });
    await shop.pass(240);
    expect(started()).toBe(before);
    expect(await runOf(id)).toMatchObject({ state: 'stopped', outcome: { cause: 'stopped by tester: not today' } });
  });

  test('survives a redeploy and uses what batuta.yml says then', async () => {
    const id = await start({ at: later(120) });
    configureLoad(shop, { args: ['after'] });
    await shop.pass(240);
    expect(await runOf(id)).toMatchObject({ state: 'succeeded' });
    expect(shop.engine.started.at(-1)?.command).toContain('after');
  });

  test('is the same run when asked for again after its time', async () => {
    const body = { at: later(60) };
    const first = await post('jobs/load/runs', body, 'once');
    await shop.pass(90);
    const again = await post('jobs/load/runs', body, 'once');
    expect(again).toMatchObject({ status: 202, body: { run: { id: first.body.run.id } } });
    expect((await post('jobs/load/runs', body)).status).toBe(422);
  });

  test.each([
    [{ at: '2026-11-20T08:59:59Z' }, 'at', /must be in the future; it is 2026-11-20T/],
    [{ at: '2026-11-21' }, 'at', /such as 2026-11-20T18:00:00Z, or 2026-11-20T18:00 with timezone Europe\/Lisbon/],
    [{ at: '20:00', timezone: 'Asia/Tokyo' }, 'at', /, or 2026-11-20T18:00 with timezone Asia\/Tokyo/],
    [{ at: '2026-02-30T10:00:00Z' }, 'at', /must be a time such as/],
    [{ at: '2026-11-21T25:00:00Z' }, 'at', /must be a time such as/],
    [{ at: 1795600000000 }, 'at', /must be a text/],
    [{ at: '2026-11-21T10:00' }, 'at', /has no time zone; write 2026-11-21T10:00Z, or give timezone/],
    [{ at: '2026-11-21T10:00Z', timezone: 'Europe/Lisbon' }, 'timezone', /cannot stand beside/],
    [
      { at: '2026-11-21T10:00', timezone: 'Europe/Lisboa' },
      'timezone',
      /^is wrong: there is no time zone `Europe\/Lisboa`; did you mean `Europe\/Lisbon`/,
    ],
    [{ at: '2027-03-28T01:30', timezone: 'Europe/Lisbon' }, 'at', /the clocks skip 2027-03-28T01:30/],
    [{ timezone: 'Europe/Lisbon' }, 'timezone', /is of at/],
  ])('%j is refused', async (body, field, message) => {
    const answer = await post('jobs/load/runs', body);
    expect(answer).toMatchObject({
      status: 422,
      body: { problems: [{ field, message: expect.stringMatching(message) }] },
    });
  });
});

describe('a stop', () => {
  test.each([
    ['queued, before anything looked at it', 0],
    ['starting', 0.15],
    ['running', 2],
  ])('of a run that is %s ends it, and leaves no task', async (_state, seconds) => {
    const id = await start();
    await shop.pass(seconds);
    expect((await post(`runs/${id}/stop`)).status).toBe(202);
    await shop.pass(60);
    expect(await runOf(id)).toMatchObject({
      state: 'stopped',
      outcome: { cause: expect.stringMatching(/^stopped by tester/) },
    });
    expect((await post(`runs/${id}/stop`)).status).toBe(202);
  });

  test('under a key is one stop, and with another reason a conflict', async () => {
    const id = await start();
    expect((await post(`runs/${id}/stop`, { reason: 'a' }, 'k')).status).toBe(202);
    expect((await post(`runs/${id}/stop`, { reason: 'a' }, 'k')).status).toBe(202);
    expect((await post(`runs/${id}/stop`, { reason: 'b' }, 'k')).status).toBe(409);
  });

  test('of a fan-out stops the items that go on, and begins no more', async () => {
    const id = await start({ forEach: { part: '1..9' }, maxParallel: 2 });
    await shop.pass(2);
    await post(`runs/${id}/stop`, { reason: 'enough' });
    await shop.pass(20);
    const run = await runOf(id);
    expect(run).toMatchObject({ state: 'stopped', fanOut: { active: 0, failed: 0, stopped: 2, notStarted: 7 } });
    expect(run.outcome.cause).toMatch(
      /^stopped by tester: enough; 0 of 9 items succeeded, 2 stopped, 7 were not started/,
    );
  });

  test('of what has ended is refused', async () => {
    const id = await start();
    await shop.pass(20);
    const answer = await post(`runs/${id}/stop`);
    expect(answer).toMatchObject({ status: 409, body: { detail: `${id} is succeeded already` } });
    expect((await post('runs/r-aaaaaaaaaaaaaaaaaaaaaaaa/stop')).status).toBe(404);
  });

  test('is not for viewers', async () => {
    const id = await start();
    const token = await shop.token('reader', 'viewer');
    for (const verb of ['stop', 'retry'])
      expect((await shop.api('POST', `/api/runs/${id}/${verb}`, { body: {}, token })).status).toBe(403);
    expect((await shop.api('POST', '/api/jobs/load/pause', { body: {}, token })).status).toBe(403);
  });
});

describe('a retry', () => {
  test('is a new run with the same parameters that names the first', async () => {
    failing.add('7');
    const id = await start({ params: { part: 7 } });
    await shop.pass(20);
    expect((await runOf(id)).state).toBe('failed');
    failing.clear();
    const { status, body } = await post(`runs/${id}/retry`, {}, 'again');
    expect(status).toBe(202);
    expect(body.run).toMatchObject({ state: 'queued', retryOf: id, params: { part: 7 } });
    expect((await post(`runs/${id}/retry`, {}, 'again')).body.run.id).toBe(body.run.id);
    await shop.pass(20);
    expect((await runOf(body.run.id)).state).toBe('succeeded');
  });

  test('of a run that goes on is refused', async () => {
    const id = await start();
    expect(await post(`runs/${id}/retry`)).toMatchObject({
      status: 409,
      body: { detail: `${id} is queued; stop it first, or wait for its end` },
    });
  });

  test('leaves out what was only the default of a parameter that is gone', async () => {
    configureLoad(shop, { params: { part: { type: 'integer', required: false, default: 3 } } });
    const id = await start({});
    await shop.pass(20);
    configureLoad(shop, { params: {} });
    expect(await post(`runs/${id}/retry`)).toMatchObject({ status: 202, body: { run: { params: {} } } });
  });

  test('with parameters that the job no longer takes is refused', async () => {
    const id = await start({ params: { part: 7 } });
    await shop.pass(20);
    configureLoad(shop, { params: {} });
    expect(await post(`runs/${id}/retry`)).toMatchObject({
      status: 422,
      body: { problems: [{ field: 'params.part' }] },
    });
    const { load: _, ...jobs } = shop.config.jobs;
    shop.configure({ ...shop.config, jobs });
    expect(await post(`runs/${id}/retry`)).toMatchObject({ status: 404, body: { problems: [{ field: 'job' }] } });
  });

  test('of a fan-out runs the items that failed, and only those', async () => {
    failing.add('2').add('4');
    const id = await start({ forEach: { part: '1..5' } });
    await shop.pass(20);
    expect(await runOf(id)).toMatchObject({
      state: 'failed',
      fanOut: { total: 5, succeeded: 3, failed: 2, active: 0, notStarted: 0 },
    });
    const { items } = await get(`runs/${id}/items?state=failed`);
    expect(items).toMatchObject([
      { index: 1, item: { part: 2 }, state: 'failed' },
      { index: 3, item: { part: 4 }, state: 'failed' },
    ]);
    expect((await runOf(items[0].run)).trigger).toEqual({ kind: 'item', parent: id, index: 1 });
    failing.clear();
    const { body } = await post(`runs/${id}/retry`);
    await shop.pass(20);
    expect(await runOf(body.run.id)).toMatchObject({
      state: 'succeeded',
      retryOf: id,
      fanOut: { total: 2, succeeded: 2 },
    });
    expect(await post(`runs/${body.run.id}/retry`)).toMatchObject({ status: 409 });
  });
});

test('a run shows what its end started, and that one what started it', async () => {
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  configureLoad(shop, { then: [{ job: 'plain', params: {} }] });
  const id = await start();
  expect((await runOf(id)).next).toBeUndefined();
  await shop.pass(20);
  const { next } = await runOf(id);
  expect(next).toEqual([{ job: 'plain', as: 'then', run: expect.any(String) }]);
  expect((await runOf(next[0].run)).trigger).toEqual({ kind: 'job', run: id, job: 'load', as: 'then' });
});

describe('a fan-out', () => {
  test('is one run in the list, and its items have pages of their own', async () => {
    const id = await start({ items: [{ part: 1 }, { part: 2, date: '2026-11-01' }, { part: 3 }], maxParallel: 2 });
    await shop.pass(20);
    const { runs } = await get('runs?job=load');
    expect(runs[0]).toMatchObject({ id, state: 'succeeded', fanOut: { total: 3, succeeded: 3, maxParallel: 2 } });
    expect(runs.filter(({ trigger }: { trigger: { kind: string } }) => trigger.kind === 'item')).toEqual([]);
    const first = await get(`runs/${id}/items?limit=2`);
    expect(first.items.map(({ index }: { index: number }) => index)).toEqual([0, 1]);
    const second = await get(`runs/${id}/items?limit=2&cursor=${first.cursor}`);
    expect(second).toEqual({ items: [{ index: 2, item: { part: 3 }, state: 'succeeded', run: expect.any(String) }] });
  });

  test('says nothing of what a run of the job costs; tasks do, without the waits between them', async () => {
    for (let count = 0; count < 5; count++) await start({ items: [{ part: 1 }, { part: 2 }], maxParallel: 1 });
    await shop.pass(30);
    expect((await get('jobs/load')).job.estimate).toEqual({ perHour: expect.anything() });
    configureLoad(shop, { retry: { attempts: 2, on: ['exit:1'], backoffMs: 120_000, maxBackoffMs: 120_000 } });
    failing.add('7');
    const id = await start({ params: { part: 7 } });
    await shop.pass(140);
    expect(await runOf(id)).toMatchObject({ state: 'failed', attempts: [{ number: 1 }, { number: 2 }] });
    expect((await get('jobs/load')).job.estimate.perRun.seconds).toBeLessThan(20);
  });

  test.each([
    [{ items: [{ part: 'x' }] }, 'items[0].part'],
    [{ forEach: { part: '3..1' } }, 'forEach.part'],
    [{ items: [{}], maxParallel: 0 }, 'maxParallel'],
    [{ items: [{}], failFast: 'yes' }, 'failFast'],
    [{ maxParallel: 3 }, 'maxParallel'],
    [{ failFast: true }, 'failFast'],
  ])('%j is refused', async (body, field) => {
    expect(await post('jobs/load/runs', body)).toMatchObject({ status: 422, body: { problems: [{ field }] } });
  });

  test('of 10 000 items is taken in one request', async () => {
    const items = Array.from({ length: 10_000 }, (_, part) => ({ part, date: '2026-11-20', shops: ['a'.repeat(300)] }));
    const { status, body } = await post('jobs/load/runs', { items, at: '2027-11-21T00:00:00Z' });
    expect({ status, total: body.run.fanOut.total }).toEqual({ status: 202, total: 10_000 });
    expect((await get(`runs/${body.run.id}/items?limit=1&state=waiting`)).items).toMatchObject([{ item: items[0] }]);
  });

  test('what is no fan-out has no items', async () => {
    expect((await shop.api('GET', `/api/runs/${await start()}/items`)).status).toBe(409);
  });
});

describe('a paused job', () => {
  const scheduled = {
    schedules: [
      {
        name: 'schedule',
        expression: 'cron(0 12 * * ? *)',
        timezone: 'UTC',
        params: {},
        graceMs: 300_000,
        catchUp: 'none' as const,
      },
    ],
  };

  test('says so, and until when; it can still be run by hand', async () => {
    configureLoad(shop, scheduled);
    const paused = await post('jobs/load/pause', { reason: 'month end', until: '2026-11-22T09:00:00Z' });
    const pause = { by: 'tester', reason: 'month end', until: '2026-11-22T09:00:00.000Z' };
    expect(paused.body).toMatchObject({ job: 'load', pause });
    expect((await get('jobs/load')).job).toMatchObject({ pause });
    expect((await get('jobs')).jobs.find(({ name }: { name: string }) => name === 'load')).toMatchObject({ pause });
    const { firings } = await get('schedule?job=load&from=2026-11-21T00:00:00Z&to=2026-11-24T00:00:00Z');
    const marks = firings.map(({ at, paused: is }: { at: string; paused?: boolean }) => [at.slice(8, 10), is === true]);
    expect(marks).toEqual([
      ['21', true],
      ['22', false],
      ['23', false],
    ]);
    const id = await start();
    await shop.pass(20);
    expect((await runOf(id)).state).toBe('succeeded');
    expect((await post('jobs/load/resume')).body).toEqual({ job: 'load', resumed: true });
    expect((await post('jobs/load/resume')).body).toEqual({ job: 'load', resumed: false });
  });

  test.each([
    [{ for: 'soon' }, 'for'],
    [{ until: '2026-11-20T08:00:00Z' }, 'until'],
    [{ until: '2026-11-22T09:00:00Z', for: '1h' }, 'for'],
    [{ why: 'x' }, 'why'],
  ])('%j is refused', async (body, field) => {
    expect(await post('jobs/load/pause', body)).toMatchObject({ status: 422, body: { problems: [{ field }] } });
    expect((await post('jobs/lod/pause')).status).toBe(404);
  });
});

describe('what RunTask would refuse for its size', () => {
  const shops = ['a'.repeat(5000), 'b'.repeat(4000)];

  test('is refused at once, with the size', async () => {
    expect(await post('jobs/load/runs', { params: { shops } })).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/params cannot be given: .* 9\d{3} characters of JSON, .* at most 8192/) },
    });
  });

  test('is refused for an item together with what all have', async () => {
    const items = [{ part: 1 }, { part: 2, date: '2026-11-20' }];
    expect(await post('jobs/load/runs', { params: { shops }, items })).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/^items\[0\] cannot be given: .* 9\d{3} characters/) },
    });
  });
});
