import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import type { JobConfig } from '../../shared/config/config.ts';
import { serveShop } from '../support/api-server.ts';
import { configureLoad, openJobShop } from '../support/job-shop.ts';
import type { Shop } from '../support/shop.ts';

let shop: Shop;
let server: Awaited<ReturnType<typeof serveShop>>;
let token = '';
let folder = '';
const failing = new Set<string>();
const hostile: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'batuta-test-'));
  shop = await openJobShop(
    {},
    {
      behave: ({ environment }) => ({
        runMs: 3000,
        lines: [`part ${environment.PARAM_PART}`, '::output rows=7', '::notice all is well', ...hostile],
        exitCode: failing.has(environment.PARAM_PART ?? '') ? 1 : 0,
      }),
    },
  );
  server = await serveShop(shop);
  token = (await shop.token('ann', 'operator')) ?? '';
});
beforeEach(() => {
  failing.clear();
  hostile.length = 0;
  configureLoad(shop);
});
afterAll(async () => {
  await server.close();
  await shop.close();
  rmSync(folder, { recursive: true });
});

const batuta = (...args: string[]) => batutaOn({}, ...args);
async function batutaOn(screen: { isTTY?: boolean }, ...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const terminal = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
    sleep: () => shop.pass(1),
    ...screen,
  };
  const code = await main(args, terminal, { BATUTA_API: server.url, BATUTA_TOKEN: token });
  const said = { code, out: out.join('\n'), errors: errors.join('\n') };
  expect(JSON.stringify(said)).not.toContain(token);
  return said;
}

const file = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const idIn = (text: string) => /r-[a-z2-7]{24}/.exec(text)?.[0] ?? '';
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`;
async function runJson(...args: string[]) {
  const { out } = await batuta('run', 'load', ...args, '--json');
  return JSON.parse(out).run;
}

describe('batuta run', () => {
  test('starts a job and tells its id', async () => {
    const { code, out } = await batuta('run', 'load');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^load is queued: r-[a-z2-7]{24}$/) });
  });

  test('reads each value as its parameter wants it, over those of a file', async () => {
    const params = file('params.json', { part: 1, date: '2026-11-01' });
    const made = await runJson('--params-file', params, '-p', 'part=5', '--param', 'shops=a,b=c');
    expect(made.params).toEqual({ part: 5, date: '2026-11-01', shops: ['a', 'b=c'] });
  });

  test.each([
    [['--param', 'part=five'], /^batuta: params\.part must be a whole number$/],
    [['--param', 'prat=5'], /params\.prat is not a parameter of this job; did you mean `?part/],
    [['--param', 'part'], /--param wants NAME=VALUE, not part/],
    [['--params-file', 'nowhere.json'], /nowhere\.json cannot be read/],
    [['--for-each', 'part=9..1'], /forEach\.part ends before it begins; write 1\.\.9/],
    [['--for-each', 'part=1..9', '--for-each', 'date=2026-11-01'], /--for-each takes one parameter; for several give/],
    [['--for-each', 'part=1..9', '--max-parallel', 'all'], /--max-parallel all is not a whole number/],
    [['--at', '2026-11-19T09:00:00Z'], /at must be in the future/],
    [['--at', '20:00'], /at must be a time such as 2026-11-20T18:00:00Z, or 2026-11-20T18:00 with timezone \w/],
    [['--secrets-file', '.env'], /^batuta: --secrets-file needs --local$/],
    [['--local', '--follow'], /^batuta: --follow does not go with --local$/],
  ])('%j is refused', async (args, message) => {
    expect(await batuta('run', 'load', ...args)).toEqual({ code: 1, out: '', errors: expect.stringMatching(message) });
  });

  test('a file that is no JSON is named, and not quoted', async () => {
    const broken = file('broken.json', 'hunter2');
    const { errors } = await batuta('run', 'load', '--params-file', broken);
    expect(errors).toBe(`batuta: ${broken} is not JSON`);
  });

  test('at a time without a zone means the time of this machine', async () => {
    const { out } = await batuta('run', 'load', '--at', '2027-01-01T09:30');
    expect(out).toMatch(/^load waits until 2027-01-01T09:30:00[+-]\d\d:\d\d: r-/);
    const { code } = await batuta('stop', idIn(out));
    expect(code).toBe(0);
    expect((await batuta('runs', idIn(out))).out).toMatch(/^load: stopped$/m);
  });

  test('under one key is one run', async () => {
    const [first, second] = [await runJson('--idempotency-key', 'k1'), await runJson('--idempotency-key', 'k1')];
    expect(second.id).toBe(first.id);
  });

  test('--follow prints what the script prints, and exits by how it ended', async () => {
    const good = await batuta('run', 'load', '-p', 'part=3', '--follow');
    expect(good.code).toBe(0);
    expect(good.out).toMatch(/^part 3$/m);
    expect(good.errors).toMatch(/^load r-\w+ is queued$/m);
    expect(good.errors).toMatch(/^outputs +\{"rows":"7"\}$/m);
    expect(good.errors).toMatch(new RegExp(`^ {2}${time} all is well$`, 'm'));
    failing.add('4');
    const bad = await batuta('run', 'load', '-p', 'part=4', '-f');
    expect(bad.code).toBe(1);
    expect(bad.errors).toMatch(/^load: failed$/m);
    expect(bad.errors).toMatch(/^why +exit code 1/m);
  });

  test('--for-each runs one for each, --follow tells how far it is, and retry repeats what failed', async () => {
    failing.add('2');
    const { code, errors } = await batuta('run', 'load', '--for-each', 'part=1..3', '--max-parallel', '2', '--follow');
    expect(code).toBe(1);
    expect(errors).toMatch(/^load is running: \d of 3 items succeeded/m);
    expect(errors).toMatch(/^items +2 of 3 succeeded, 1 failed, 0 under way; 2 at once$/m);
    const id = idIn(errors);
    expect((await batuta('runs', id, '--items', '--state', 'failed')).out).toMatch(/^1 +failed +\{"part":2\} +r-\w+$/m);
    failing.clear();
    const again = await batuta('retry', id, '--follow');
    expect(again.code).toBe(0);
    expect(again.errors).toMatch(new RegExp(`^retry of +${id}$`, 'm'));
    expect(again.errors).toMatch(/^items +1 of 1 succeeded/m);
  });

  test('a fan-out shows what its items share and what differs, and sends who asks for its lines to the items', async () => {
    const made = await runJson('--for-each', 'part=1..3', '-p', 'date=2026-11-01');
    expect(made).toMatchObject({ params: { date: '2026-11-01' }, fanOut: { vary: ['part'] } });
    expect(made.params).not.toHaveProperty('part');
    const { out } = await batuta('runs', made.id);
    expect(out).toMatch(/^parameters +\{"date":"2026-11-01"/m);
    expect(out).toMatch(/^per item +part$/m);
    const { code, errors } = await batuta('logs', made.id, '--follow');
    const [, said = ''] = errors.split(`${made.id} prints nothing itself and is `);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/^(queued|running); batuta runs r-\w+ --items lists its items$/),
    });
  });

  test('items come from a file', async () => {
    const made = await runJson('--items-file', file('items.json', [{ part: 1 }, { part: 2 }]), '--fail-fast');
    expect(made.fanOut).toMatchObject({ total: 2, failFast: true });
  });
});

test('batuta runs lists the newest first, and filters', async () => {
  failing.add('9');
  await batuta('run', 'load', '-p', 'part=9', '--follow');
  const { out } = await batuta('runs', '--job', 'load', '--state', 'failed', '--limit', '1');
  expect(out).toMatch(/^ASKED +JOB +STATE +TRIGGER +ID +WHY$/m);
  expect(out).toMatch(new RegExp(`^${time} +load +failed +by ann +r-\\w+ +exit code 1`, 'm'));
  expect((await batuta('runs', '--state', 'broken')).errors).toMatch(/state has no broken; states are queued, /);
  expect((await batuta('runs', '--items')).errors).toMatch(/--items are of one run/);
});

test('what a run prints gives the terminal no orders, and goes through a pipe as it was', async () => {
  const [clear, red] = ['\x1b[2J\x1b]0;owned\x07', '\x1b[31m'];
  hostile.push(`::notice ${clear}done`, `::output note=${clear}${red}x`, `${clear}${red}line\x9b2J`);
  const { out, errors } = await batuta('run', 'load', '--follow');
  expect(out).toContain(`${clear}${red}line\x9b2J`);
  expect(errors).toMatch(/ done$/m);
  expect(errors).not.toMatch(/[^\n\P{Cc}]/u);
  const id = idIn(errors);
  expect((await batuta('runs', id)).out).not.toMatch(/[^\n\P{Cc}]/u);
  const seen = (await batutaOn({ isTTY: true }, 'logs', id)).out;
  expect(seen).toContain(`${red}line\x1b[0m`);
  expect(seen).not.toContain('owned');
  expect(JSON.parse((await batuta('runs', id, '--json')).out).run.outputs.note).toContain('x');
});

test('batuta stop says that what has ended is over', async () => {
  const { errors } = await batuta('run', 'load', '--follow');
  const id = idIn(errors);
  expect(await batuta('stop', id)).toEqual({ code: 1, out: '', errors: `batuta: ${id} is succeeded already` });
});

const daily: JobConfig['schedules'] = [
  {
    name: 'night',
    expression: 'cron(30 3 * * ? *)',
    timezone: 'UTC',
    params: { part: 2 },
    graceMs: 300_000,
    catchUp: 'none',
  },
];

describe('what there is', () => {
  test('batuta jobs lists them, and shows one with what it takes and costs', async () => {
    configureLoad(shop, { schedules: daily });
    await batuta('run', 'load', '--follow');
    const { out } = await batuta('jobs');
    expect(out).toMatch(new RegExp(`^load +${time} +succeeded +${time} +r-`, 'm'));
    expect(out).toMatch(/^forgotten +- +-$/m);
    const one = (await batuta('jobs', 'load')).out;
    expect(one).toMatch(/^size +0\.\d+ vCPU, \d+ MiB, x86_64$/m);
    expect(one).toMatch(/^cost of an hour +0\.\d{4} USD$/m);
    expect(one).toMatch(/^cost of a run +0\.\d{4} USD \(as the last ones, \d+ s\)$/m);
    expect(one).toMatch(/^limits +timeout (1 h|\d+ min)$/m);
    expect(one).toMatch(/^ {2}part +integer, default 1$/m);
    expect(one).toMatch(/^ {2}night +cron\(30 3 \* \* \? \*\) UTC +next /m);
    expect(one).toMatch(/ load +succeeded +by ann +r-/);
    expect((await batuta('jobs', 'lod')).errors).toMatch(/There is no job lod; batuta\.yml has: /);
  });

  test('batuta schedule shows what fires, and what is paused', async () => {
    configureLoad(shop, { schedules: daily });
    const { out } = await batuta('schedule', '--job', 'load', '--days', '3');
    expect(out.split('\n')).toHaveLength(4);
    expect(out).toMatch(new RegExp(`^${time} +load +night +\\{"part":2\\}$`, 'm'));
    const paused = await batuta('pause', 'load', '--for', '30d', '--reason', 'month end');
    expect(paused.out).toMatch(new RegExp(`^the schedules of load are paused until ${time}$`));
    expect((await batuta('schedule', '--job', 'load')).out).toMatch(/paused: starts nothing$/m);
    expect((await batuta('jobs', 'load')).out).toMatch(/^paused +by ann: month end, until /m);
    expect((await batuta('resume', 'load')).out).toBe('load goes on');
    expect((await batuta('schedule', '--days', 'all')).errors).toMatch(/--days all is not a whole number/);
  });

  test('batuta schedule folds what fires often, and shows each time on request', async () => {
    const [night] = daily;
    if (!night) throw new Error('no schedule');
    const often = { ...night, name: 'often', expression: 'rate(1 minute)', params: {} };
    configureLoad(shop, { schedules: [night, often] });
    const { out } = await batuta('schedule', '--job', 'load', '--days', '2');
    expect(out.split('\n')).toHaveLength(4);
    expect(out).toMatch(
      new RegExp(`^${time} +load +often +every minute, 2 880 times until ${time}, about: a rate`, 'm'),
    );
    const all = (await batuta('schedule', '--job', 'load', '--days', '2', '--all')).out.split('\n');
    expect(all).toHaveLength(1 + 500 + 1);
    expect(all.at(-1)).toMatch(new RegExp(`^and more after ${time}; --job or fewer --days show them$`));
    expect((await batuta('jobs', 'load')).out).toMatch(/^ {2}often +rate\(1 minute\)$/m);
  });

  test('a name that is neither a job nor a service, or both, is said to be', async () => {
    expect((await batuta('pause', 'lod')).errors).toMatch(
      /lod is neither a job nor a service: There is no job lod.*; There is no service lod/,
    );
    const { plain } = shop.config.jobs;
    const { 'shop-api': service } = shop.config.services;
    if (!plain || !service) throw new Error('no plain, no shop-api');
    shop.configure({ ...shop.config, jobs: { 'shop-api': { ...plain, name: 'shop-api' } } });
    expect((await batuta('pause', 'shop-api')).errors).toMatch(
      /is a job and a service; say which by --job or --service/,
    );
    expect((await batuta('pause', 'shop-api', '--job')).out).toBe(
      'the schedules of shop-api are paused until batuta resume shop-api',
    );
    expect((await batuta('resume', 'shop-api', '--job')).out).toBe('shop-api goes on');
  });

  test('batuta costs adds up the months of each job', async () => {
    await batuta('run', 'load', '--for-each', 'part=1..2', '--follow');
    const { out } = await batuta('costs', '--month', '2026-11');
    expect(out).toMatch(/^2026-11 \(UTC\), estimated$/m);
    expect(out).toMatch(/^load +[1-9]\d* +(\d+ min )?\d+ s +0\.\d{4} USD$/m);
    expect(out).toMatch(/^total +[1-9]\d* +(\d+ min )?\d+ s +0\.\d{4} USD$/m);
    expect((await batuta('costs', '--month', '2026-13')).errors).toMatch(/month must be a month such as 2026-11/);
    const { costs } = JSON.parse((await batuta('costs', '--job', 'load', '--month', '2025-01', '--json')).out);
    expect(costs).toMatchObject([{ job: 'load', runs: 0, cost: { from: 0, to: 0 } }]);
  });
});
