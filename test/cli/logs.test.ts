import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { AwsError } from '../../local/cloud/service.ts';
import { serveShop } from '../support/api-server.ts';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
let server: Awaited<ReturnType<typeof serveShop>>;
let token = '';
let throttled = 0;

beforeEach(async () => {
  throttled = 0;
  shop = await openShop({
    service: false,
    behave: () => ({ runMs: 20_000, lines: ['first', 'second ERROR', 'third'] }),
    faults: {
      before(_service, operation) {
        if (operation === 'GetLogEvents' && throttled-- > 0) throw new AwsError('ThrottlingException', 'Rate exceeded');
      },
    },
  });
  server = await serveShop(shop);
  token = (await shop.token('ann', 'viewer')) ?? '';
});
afterEach(async () => {
  await server.close();
  await shop.close();
});

const slept: number[] = [];
async function batuta(...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  slept.length = 0;
  const terminal = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
    async sleep(ms: number) {
      slept.push(ms);
      await shop.pass(ms / 1000);
    },
  };
  const code = await main(['logs', ...args], terminal, { BATUTA_API: server.url, BATUTA_TOKEN: token });
  return { code, out, errors };
}

async function start(job = 'backup'): Promise<string> {
  return (await shop.api('POST', `/api/jobs/${job}/runs`, { body: {} })).body.run.id;
}

/** A run whose task runs, and what prints in its name. */
async function running() {
  const id = await start();
  await shop.pass(5);
  const { run } = (await shop.api('GET', `/api/runs/${id}`)).body;
  const stream = `backup/job/${run.attempts[0].taskArn.split('/').at(-1)}`;
  return { id, print: (...lines: string[]) => shop.cloud.logs.put('/batuta/local/jobs', stream, lines) };
}

test('prints the lines there are, and no more than the lines', async () => {
  const { id } = await running();
  expect(await batuta(id)).toEqual({ code: 0, out: ['first', 'second ERROR', 'third'], errors: [] });
});

test('follows until the run is over, each line within a second of its ingestion', async () => {
  const { id, print } = await running();
  const delays: number[] = [];
  let ingestedAt = 0;
  shop.clock.setTimer(4321, () => {
    print('late');
    ingestedAt = shop.clock.now();
  });
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await main(
    ['logs', id, '-f'],
    {
      out(line) {
        out.push(line);
        if (line === 'late') delays.push(shop.clock.now() - ingestedAt);
      },
      error: (line) => void errors.push(line),
      sleep: (ms) => shop.pass(ms / 1000),
    },
    { BATUTA_API: server.url, BATUTA_TOKEN: token },
  );
  expect({ code, out, errors }).toEqual({
    code: 0,
    out: ['first', 'second ERROR', 'third', 'late'],
    errors: [`${id} is succeeded`],
  });
  expect(delays[0]).toBeLessThan(1000);
  const reads = server.seen.filter((request) => request.includes('/logs')).length;
  expect(reads).toBeLessThan(60);
});

test('waits as the API asks where reading is throttled, longer each time, and loses nothing', async () => {
  const { id } = await running();
  await shop.pass(60);
  throttled = 12;
  const { code, out } = await batuta(id);
  expect({ code, out }).toEqual({ code: 0, out: ['first', 'second ERROR', 'third'] });
  const [first = 0, second = 0] = slept;
  expect(first).toBeGreaterThanOrEqual(1000);
  expect(second).toBeGreaterThan(first);
});

test('shows the last lines, those with a text, the last of those, with times and as JSON', async () => {
  const { id } = await running();
  expect((await batuta(id, '--tail', '1')).out).toEqual(['third']);
  expect((await batuta(id, '--search', 'r')).out).toEqual(['first', 'third']);
  expect((await batuta(id, '--search', 'r', '--tail', '1')).out).toEqual(['third']);
  expect((await batuta(id, '--attempt', '1', '--tail', '2', '--timestamps')).out).toEqual([
    expect.stringMatching(/^2026-11-20T09:00:\d\d\.\d{3}Z second ERROR$/),
    expect.stringMatching(/^2026-11-20T09:00:\d\d\.\d{3}Z third$/),
  ]);
  const [line = ''] = (await batuta(id, '--since', '1m', '--json')).out;
  expect(JSON.parse(line)).toEqual({ at: expect.any(String), message: 'first', attempt: 1 });
});

test('says why there is nothing to print', async () => {
  const id = await start('forgotten');
  expect(await batuta(id)).toEqual({ code: 0, out: [], errors: [`${id} has printed nothing and is queued`] });
  const { id: other } = await running();
  expect((await batuta(other, '--search', 'absent')).errors).toEqual([`${other} has no such lines and is running`]);
  expect((await batuta(other, '--tail', '0')).errors).toEqual([`${other} has no such lines and is running`]);
});

test.each([
  [['--tail', 'all'], /--tail all is not a whole number/],
  [['--since', 'yesterday'], /since must be a duration such as 10m/],
  [['--attempt', '2'], /has no attempt 2; it has: 1/],
])('refuses %j by name', async (options, message) => {
  const { id } = await running();
  const { code, errors } = await batuta(id, ...options);
  expect(code).toBe(1);
  expect(errors[0]).toMatch(message);
});
