import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import type { JobConfig } from '../../shared/config/config.ts';
import { openShop, type Shop, type ShopOptions } from '../support/shop.ts';

let shop: Shop;
/** As if a day had gone by since each token was given. */
let areExpired = false;
let isThrottled = false;
afterEach(() => shop.close());

const faults: NonNullable<ShopOptions['faults']> = {
  before(_service, operation, input) {
    if (operation !== 'GetLogEvents') return;
    if (isThrottled) throw new AwsError('ThrottlingException', 'Rate exceeded');
    if (areExpired && (input as { nextToken?: string }).nextToken)
      throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  },
};

interface Answer {
  state: string;
  lines: { at: string; message: string; attempt: number }[];
  cursor: string;
  atEnd: boolean;
  complete: boolean;
}
type Query = Readonly<Record<string, string | number>>;

const texts = ({ lines }: Pick<Answer, 'lines'>) => lines.map(({ message }) => message);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

async function open(options: ShopOptions, job: Partial<JobConfig> = {}): Promise<void> {
  [areExpired, isThrottled] = [false, false];
  shop = await openShop({ service: false, faults, ...options });
  const { backup } = shop.config.jobs;
  if (backup) shop.configure({ ...shop.config, jobs: { ...shop.config.jobs, backup: { ...backup, ...job } } });
}

async function start(): Promise<string> {
  return (await shop.api('POST', '/api/jobs/backup/runs', { body: {} })).body.run.id;
}

const ask = (id: string, query: Query = {}) => {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]));
  return shop.api('GET', `/api/runs/${id}/logs?${text}`);
};
const read = async (id: string, query: Query = {}): Promise<Answer> => (await ask(id, query)).body;

async function readAll(id: string, query: Query = {}): Promise<Answer['lines']> {
  const lines: Answer['lines'] = [];
  for (let cursor = ''; ; ) {
    const answer = await read(id, cursor ? { ...query, cursor } : query);
    lines.push(...answer.lines);
    if (answer.complete) return lines;
    cursor = answer.cursor;
  }
}

const taskOf = async (id: string): Promise<string> =>
  (await shop.api('GET', `/api/runs/${id}`)).body.run.attempts[0].taskArn;

/** Prints in the name of the run's task. */
async function printer(id: string) {
  const stream = `backup/job/${(await taskOf(id)).split('/').at(-1)}`;
  return (...lines: string[]) => shop.cloud.logs.put('/batuta/local/jobs', stream, lines);
}

test('the lines of all attempts come one after the other, or those of one', async () => {
  let started = 0;
  const behave = () => ({ runMs: 3000, exitCode: started === 2 ? 0 : 75, lines: [`try ${++started}`, 'working'] });
  await open({ behave }, { retry: { attempts: 3, on: ['any'], backoffMs: 40_000, maxBackoffMs: 3_600_000 } });
  const id = await start();
  await shop.pass(20);
  const first = await read(id);
  expect(first).toMatchObject({ state: 'queued', lines: [{ message: 'try 1', attempt: 1 }, { message: 'working' }] });
  expect(await read(id, { cursor: first.cursor })).toMatchObject({ lines: [], atEnd: true, complete: false });
  await shop.pass(200);
  const all = await readAll(id);
  const numbers = [...new Set(all.map(({ attempt }) => attempt))];
  expect(numbers).toHaveLength(3);
  expect(texts({ lines: all })).toEqual(['try 1', 'working', 'try 2', 'working', 'try 3', 'working']);
  expect(texts({ lines: await readAll(id, { cursor: first.cursor }) })).toEqual(texts({ lines: all.slice(2) }));
  expect(texts({ lines: await readAll(id, { attempt: numbers[1] ?? 0 }) })).toEqual(['try 2', 'working']);
  expect(texts(await read(id, { tail: 3 }))).toEqual(['working', 'try 3', 'working']);
  expect(await ask(id, { attempt: 9 })).toMatchObject({ status: 404, body: { detail: /has no attempt 9; it has: / } });
});

test('a run that has not begun has no lines, and its cursor waits for them', async () => {
  await open({ behave: () => ({ runMs: 3000, lines: ['one'] }) });
  const id = await start();
  const before = await read(id, { since: '1h' });
  expect(before).toMatchObject({ lines: [], complete: false });
  await shop.pass(20);
  expect(texts(await read(id, { cursor: before.cursor }))).toEqual(['one']);
});

test('what is printed last still comes: a log is complete only some seconds after the end', async () => {
  await open({ behave: () => ({ runMs: 3000, lines: ['one'] }) });
  const id = await start();
  let state = '';
  let cursor = '';
  for (; state !== 'succeeded'; await shop.pass(state === 'succeeded' ? 0 : 0.5)) {
    const answer = await read(id, cursor ? { cursor } : {});
    ({ state, cursor } = answer);
    expect(answer.complete).toBe(false);
  }
  (await printer(id))('late');
  expect(texts(await read(id, { cursor }))).toEqual(['late']);
  await shop.pass(5);
  expect((await readAll(id)).map(({ message }) => message)).toEqual(['one', 'late']);
});

test('a log is readable after ECS has forgotten the task, and a cursor goes on when its token has expired', async () => {
  await open({ behave: () => ({ runMs: 3000, lines: numbered(25) }) });
  const id = await start();
  await shop.pass(20);
  const first = await read(id, { limit: 10 });
  await shop.pass(3700);
  const { tasks } = await new ECSClient(shop.aws).send(
    new DescribeTasksCommand({ cluster: 'prod', tasks: [await taskOf(id)] }),
  );
  expect(tasks).toEqual([]);
  areExpired = true;
  const next = await read(id, { cursor: first.cursor, limit: 4 });
  areExpired = false;
  const rest = await readAll(id, { cursor: next.cursor, limit: 4 });
  expect([...texts(next), ...texts({ lines: rest })]).toEqual(numbered(25).slice(10));
  expect(texts({ lines: await readAll(id) })).toEqual(numbered(25));
});

test('since is a duration or a time, and nothing older comes later', async () => {
  await open({ behave: () => ({ runMs: 600_000, lines: ['old'] }) });
  const id = await start();
  await shop.pass(60);
  const print = await printer(id);
  const none = await read(id, { since: '30s' });
  expect(none).toMatchObject({ lines: [], atEnd: true });
  const time = new Date(shop.clock.now()).toISOString();
  print('new');
  expect(texts(await read(id, { since: '30s' }))).toEqual(['new']);
  expect(texts(await read(id, { since: time }))).toEqual(['new']);
  areExpired = true;
  expect(texts(await read(id, { cursor: none.cursor }))).toEqual(['new']);
});

test('tail=0 is from now on', async () => {
  await open({ behave: () => ({ runMs: 600_000, lines: ['old'] }) });
  const id = await start();
  await shop.pass(20);
  const now = await read(id, { tail: 0 });
  expect(now.lines).toEqual([]);
  (await printer(id))('new');
  expect(texts(await read(id, { cursor: now.cursor }))).toEqual(['new']);
});

test('a search finds a text as it stands, over several pages, and goes on behind what it looked through', async () => {
  await open({ behave: () => ({ runMs: 600_000, lines: [] }) });
  const id = await start();
  await shop.pass(20);
  const print = await printer(id);
  // With its last line each part fills a page of 1 MB.
  const filler = 'x'.repeat(262_000);
  for (let part = 0; part < 25; part++) print(filler, filler, filler, filler, `${part}.end`);
  print('.* "quoted" \\ (text)');
  const first = await read(id, { search: '.end' });
  expect(texts(first)).toEqual(Array.from({ length: 10 }, (_, part) => `${part}.end`));
  expect(first.atEnd).toBe(false);
  expect(texts(await read(id, { search: '.end', cursor: first.cursor, limit: 2 }))).toEqual(['10.end', '11.end']);
  let found = await read(id, { search: '* "quoted" \\ (' });
  while (!found.atEnd) found = await read(id, { search: '* "quoted" \\ (', cursor: found.cursor });
  expect(texts(found)).toEqual(['.* "quoted" \\ (text)']);
});

test('a value that a line masks is not shown, nor found, in it and behind it', async () => {
  const lines = ['before hunter22', '::mask hunter22', 'user:hunter22@db', '::mask abc', 'abc'];
  await open({ behave: () => ({ runMs: 3000, lines }) });
  const id = await start();
  await shop.pass(20);
  const shown = ['before hunter22', '::mask ***', 'user:***@db', '::mask ***', 'abc'];
  expect(texts(await read(id))).toEqual(shown);
  expect(texts(await read(id, { search: 'hunter2' }))).toEqual(['before hunter22']);
});

test('an answer stays within what Lambda takes, whatever is printed', async () => {
  await open({ behave: () => ({ runMs: 3000, lines: [] }) });
  const id = await start();
  await shop.pass(20);
  const lines = Array.from({ length: 12 }, (_, index) => `${index}${'\u001b'.repeat(80_000)}`);
  (await printer(id))(...lines);
  const first = await ask(id);
  expect(Buffer.byteLength(JSON.stringify(JSON.stringify(first.body)))).toBeLessThan(6 * 1024 * 1024);
  expect(first.body.lines.length).toBeLessThan(12);
  expect(texts({ lines: await readAll(id) })).toEqual(lines);
  expect(texts(await read(id, { tail: 12 }))).toEqual(lines.slice(-first.body.lines.length));
});

test('where reading is throttled the API asks for patience', async () => {
  await open({ behave: () => ({ runMs: 3000, lines: ['one'] }) });
  const id = await start();
  await shop.pass(20);
  isThrottled = true;
  const refused = await ask(id);
  expect(refused).toMatchObject({
    status: 429,
    body: { title: 'Too Many Requests', detail: expect.stringContaining('ask again with the same cursor') },
  });
  expect(refused.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
});

const senseless: [Query, RegExp][] = [
  [{ limit: 0 }, /limit must be a whole number from 1 to 10000/],
  [{ tail: 10_001 }, /tail must be a whole number from 0 to 10000/],
  [{ since: '2026-11-20T09:00:00' }, /since must be/],
  [{ tail: 5, search: 'x' }, /tail cannot stand beside search/],
  [{ cursor: 'made-up' }, /cursor is not one that this API gave/],
  [{ cursor: Buffer.from('{"attempt":1,"at":-5}').toString('base64url') }, /cursor is not one/],
  [{ cursor: Buffer.from('{"attempt":1,"seen":1e300}').toString('base64url') }, /cursor is not one/],
  [{ cursor: Buffer.from('{"attempt":2}').toString('base64url'), attempt: 1 }, /cursor is of attempt 2, not/],
];

test('a query that makes no sense is refused by the name of the field', async () => {
  await open({});
  const id = await start();
  for (const [query, detail] of senseless) {
    const { status, body } = await ask(id, query);
    expect({ status, field: body.problems?.[0]?.field }).toEqual({ status: 422, field: Object.keys(query)[0] });
    expect(body.detail).toMatch(detail);
  }
});

test('by pages of any size, also where tokens expire, each line comes once and in order', async () => {
  await open({ behave: () => ({ runMs: 3000, lines: numbered(60) }) });
  const id = await start();
  await shop.pass(20);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.boolean()), { minLength: 1, maxLength: 5 }),
      async (steps) => {
        const seen: string[] = [];
        let isFresh = false;
        for (let cursor = '', step = 0; ; step++) {
          const [limit = 1, expires = false] = steps[step % steps.length] ?? [];
          areExpired = expires && isFresh;
          const answer = await read(id, { limit, ...(cursor ? { cursor } : {}) });
          isFresh = answer.lines.length > 0;
          seen.push(...texts(answer));
          if (answer.complete) break;
          cursor = answer.cursor;
        }
        expect(seen).toEqual(numbered(60));
      },
    ),
    { numRuns: 15 },
  );
});
