import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import type { JobConfig } from '../../shared/config/config.ts';
import type { Run } from '../../shared/run/run.ts';
import type { Behaviour } from '../support/fake-engine.ts';
import { configureLoad, openJobShop } from '../support/job-shop.ts';
import type { Shop, ShopOptions } from '../support/shop.ts';

let shop: Shop;
/** What the next containers do, one after the other; then they run until they are stopped. */
let next: Behaviour[] = [];
/** Calls of GetLogEvents; those that look for `::mask` lines have an end. */
let reads: { endTime?: number }[] = [];
let areMasksGone = false;
/** What subscriptions bring is lost for now. */
let isDeaf = false;

const faults: NonNullable<ShopOptions['faults']> = {
  before(_service, operation, input, { accessKeyId }) {
    if (isDeaf && /follow-?output/i.test(accessKeyId)) throw new AwsError('InternalServerError', 'not now');
    if (operation !== 'GetLogEvents') return;
    const read = input as { endTime?: number };
    reads.push(read);
    if (areMasksGone && read.endTime !== undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  },
};

beforeAll(async () => {
  shop = await openJobShop({}, { behave: () => next.shift() ?? {}, faults });
});
beforeEach(() => {
  [next, reads, areMasksGone, isDeaf] = [[], [], false, false];
});
afterAll(() => shop.close());

async function start(job: Partial<JobConfig> = {}): Promise<string> {
  configureLoad(shop, job);
  const id = (await shop.api('POST', '/api/jobs/load/runs', { body: {} })).body.run.id;
  await shop.pass(20);
  return id;
}
const runOf = async (id: string) => (await shop.api('GET', `/api/runs/${id}`)).body.run;
const storedOf = async (id: string) => (await shop.table.get({ pk: `run#${id}`, sk: 'run' }))?.value as Run;

/** Prints in the name of the run's last attempt. */
async function printer(id: string) {
  const { log } = await storedOf(id);
  return (...lines: string[]) => shop.cloud.logs.put(log?.group ?? '', log?.stream ?? '', lines);
}

type Query = Readonly<Record<string, string | number>>;
const ask = (id: string, query: Query = {}) => {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]));
  return shop.api('GET', `/api/runs/${id}/logs?${text}`);
};
const textsOf = ({ body }: Awaited<ReturnType<typeof ask>>): string[] =>
  body.lines.map(({ message }: { message: string }) => message);

test('a value that an image names once is hidden from every later reader of its log', async () => {
  const id = await start();
  const print = await printer(id);
  print('::mask hunter22', 'first');
  await shop.pass(6);
  const before = await ask(id, { limit: 2 });
  const noon = shop.clock.now();
  print('user:hunter22@db', 'last');
  await shop.pass(6);
  const shown = ['user:***@db', 'last'];
  expect(textsOf(await ask(id, { cursor: before.body.cursor }))).toEqual(shown);
  expect(textsOf(await ask(id, { tail: 2 }))).toEqual(shown);
  expect(textsOf(await ask(id, { since: new Date(noon).toISOString() }))).toEqual(shown);
  expect(textsOf(await ask(id, { cursor: before.body.cursor, search: 'hunter' }))).toEqual([]);
  expect(textsOf(await ask(id, { cursor: before.body.cursor, search: 'db' }))).toEqual(['user:***@db']);
  // A cursor that somebody has shortened tells no more.
  const { attempt, token } = JSON.parse(Buffer.from(before.body.cursor, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ attempt, token })).toString('base64url');
  expect(textsOf(await ask(id, { cursor: forged }))).toEqual(shown);
});

test('a follower is told nothing of a value whose line it has just passed, before any subscription says so', async () => {
  const id = await start();
  const print = await printer(id);
  print('::mask hunter22');
  const first = await ask(id);
  await shop.clock.advance(1);
  print('is hunter22');
  expect(textsOf(first)).toEqual(['::mask ***']);
  expect(textsOf(await ask(id, { cursor: first.body.cursor }))).toEqual(['is ***']);
});

test('a value stays hidden in the attempts that follow', async () => {
  next = [{ lines: ['::mask hunter22'], runMs: 3000, exitCode: 75 }];
  const id = await start({ retry: { attempts: 2, on: ['any'], backoffMs: 1000, maxBackoffMs: 1000 } });
  await shop.pass(60);
  (await printer(id))('hunter22 again', '::output token=hunter22');
  await shop.pass(6);
  expect(textsOf(await ask(id, { attempt: 2 }))).toEqual(['*** again', '::output token=***']);
  expect(await runOf(id)).toMatchObject({ outputs: { token: '***' } });
});

test('no value is recorded or told, in whatever batch it comes; where its line stands is', async () => {
  const id = await start();
  const print = await printer(id);
  print('::mask hunter22', '::mask abc');
  const at = shop.clock.now();
  await shop.pass(6);
  print('::output token=hunter22', '::output abc=abc', '::notice it is hunter22', '::progress 40 hunter22');
  await shop.pass(6);
  expect(await runOf(id)).toMatchObject({
    outputs: { token: '***', abc: 'abc' },
    notices: [{ text: 'it is ***' }],
    progress: { percent: 40, note: '***' },
  });
  const stored = await storedOf(id);
  expect(stored.attempts[0]?.maskLines).toEqual([at]);
  expect(JSON.stringify(stored)).not.toContain('hunter22');
});

test('lines that overtake the one that masks them are masked once it comes', async () => {
  const id = await start();
  const { log } = await storedOf(id);
  const timestamp = shop.clock.now();
  const deliver = (at: number, message: string) => {
    const logEvents = [{ id: `${at}`, timestamp: at, message }];
    const payload = { messageType: 'DATA_MESSAGE', logGroup: log?.group, logStream: log?.stream, logEvents };
    return shop.invoke('follow-output', { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } });
  };
  await deliver(timestamp + 5, '::output token=hunter22');
  await deliver(timestamp, '::mask hunter22');
  expect(await runOf(id)).toMatchObject({ outputs: { token: '***' } });
});

test('the end of a log is read with the masks of its beginning', async () => {
  next = [{ lines: ['::mask hunter22'], runMs: 30_000 }];
  const id = await start();
  await shop.pass(5);
  const print = await printer(id);
  // Of more than the end that is read again.
  const filler = 'x'.repeat(250_000);
  for (let megabytes = 0; megabytes < 7; megabytes++) print(filler, filler, filler, filler);
  isDeaf = true;
  print('::output token=hunter22');
  await shop.pass(20);
  expect(await runOf(id)).toMatchObject({ state: 'succeeded', outputs: { token: '***' } });
});

test('where the line cannot be read again nothing behind it is told: not yet, or never more', async () => {
  const id = await start();
  const print = await printer(id);
  print('::mask hunter22');
  await shop.pass(6);
  const { cursor } = (await ask(id)).body;
  areMasksGone = true;
  print('is hunter22', '::output token=hunter22');
  await shop.pass(6);
  expect(await ask(id, { cursor })).toMatchObject({
    status: 429,
    body: { detail: expect.stringMatching(/does not show yet, so what it hides is not known; ask again/) },
  });
  expect(await runOf(id)).toMatchObject({ outputs: {} });
  areMasksGone = false;
  // Lambda calls again after a minute, and the lines are there.
  await shop.pass(120);
  expect(await runOf(id)).toMatchObject({ outputs: { token: '***' } });
  areMasksGone = true;
  await shop.pass(1200);
  expect(await ask(id, { cursor, search: 'hunter' })).toMatchObject({
    status: 410,
    body: { title: 'Gone', detail: expect.stringMatching(/has expired or was deleted, .*in CloudWatch Logs/) },
  });
});

test('a log without such lines is read by no more calls, whoever reads it', async () => {
  next = [{ lines: ['::output a=1', '::mask abc', 'x'], runMs: 30_000 }];
  const id = await start();
  (await printer(id))('::output b=2');
  await shop.pass(60);
  const { cursor } = (await ask(id, { limit: 1 })).body;
  await ask(id, { cursor });
  expect(await runOf(id)).toMatchObject({ state: 'succeeded', outputs: { a: '1', b: '2' } });
  expect(reads.filter(({ endTime }) => endTime !== undefined)).toEqual([]);
});

test('however a log is cut into batches and pages, nothing shows a value that was masked before', async () => {
  const line = fc.oneof(
    fc.nat({ max: 2 }).map((index) => ({ kind: 'mask' as const, value: `value-${index}` })),
    fc.nat({ max: 2 }).map((index) => ({ kind: 'say' as const, value: `value-${index}` })),
    fc.nat({ max: 2 }).map((index) => ({ kind: 'output' as const, value: `value-${index}` })),
  );
  const batch = fc.tuple(fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom(0, 1, 6000));
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      async (batches, limit) => {
        const id = await start();
        const print = await printer(id);
        const masked = new Set<string>();
        const secret: string[] = [];
        let [cursor, number] = ['', 0];
        const seen: string[] = [];
        const readOn = async (isLast: boolean) => {
          for (let atEnd = false; !atEnd; ) {
            const { body } = await ask(id, { limit, ...(cursor ? { cursor } : {}) });
            seen.push(...body.lines.map(({ message }: { message: string }) => message));
            ({ cursor, atEnd } = body);
            if (!isLast) return;
          }
        };
        for (const [lines, ms] of batches) {
          print(
            ...lines.map(({ kind, value }) => {
              number += 1;
              if (kind === 'mask') masked.add(value);
              else if (masked.has(value)) secret.push(kind === 'say' ? `${number}: ${value}` : `o${number}=${value}`);
              if (kind === 'mask') return `::mask ${value}`;
              return kind === 'say' ? `${number}: ${value}` : `::output o${number}=${value}`;
            }),
          );
          await shop.clock.advance(ms);
          await readOn(false);
        }
        await readOn(true);
        await shop.pass(6);
        const { outputs } = await runOf(id);
        const told = [...seen, ...Object.entries(outputs).map((entry) => entry.join('='))].join('\n');
        expect(seen).toHaveLength(number);
        for (const text of secret) expect(told).not.toContain(text);
        await shop.api('POST', `/api/runs/${id}/stop`, { body: { reason: 'enough' } });
      },
    ),
    { numRuns: 12 },
  );
});
