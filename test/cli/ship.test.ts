import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import type { ServiceConfig } from '../../shared/config/config.ts';
import { serveShop } from '../support/api-server.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
let server: Awaited<ReturnType<typeof serveShop>>;
let token = '';
const crashing = new Set<string>();

beforeEach(async () => {
  crashing.clear();
  shop = await openShop({
    behave: (spec) => (crashing.has(nameOfImage(spec)) ? { runMs: 300, exitCode: 1 } : {}),
  });
  server = await serveShop(shop);
  token = (await shop.token('ann', 'deployer')) ?? '';
  await shop.pass(70);
});
afterEach(async () => {
  await server.close();
  await shop.close();
});

async function batuta(...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const terminal = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
    // Shorter than asked for, to see each state on the way.
    sleep: () => shop.pass(0.2),
  };
  const code = await main(args, terminal, { BATUTA_API: server.url, BATUTA_TOKEN: token });
  const said = { code, out: out.join('\n'), errors: errors.join('\n') };
  expect(JSON.stringify(said)).not.toContain(token);
  return said;
}

function configure(parts: Partial<ServiceConfig>) {
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no shop-api');
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, ...parts } } });
}

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`;

describe('batuta plan', () => {
  test('exits 0 where there is nothing to do', async () => {
    expect(await batuta('plan')).toMatchObject({ code: 0, out: expect.stringMatching(/^shop-api: nothing to do: /) });
  });

  test('exits 2 where something would change, and shows what, and what it waits for', async () => {
    configure({ mode: 'observe', hold: { freeze: [], approval: { expiresMs: 3_600_000 } } });
    await shop.push('1.1.0');
    const before = server.seen.length;
    const { code, out } = await batuta('plan', 'shop-api');
    expect(code).toBe(2);
    const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api';
    expect(out.split('\n')).toEqual([
      'shop-api: would deploy 1.1.0 (mode observe: it is only told)',
      '  shop-api:1 → a new revision',
      expect.stringMatching(`^    containers.api.image: ${image}:1.0.0 → ${image}@sha256:`),
      expect.stringMatching(`^  waits: needs approval; by ${time}, else it is skipped$`),
    ]);
    expect(server.seen.slice(before)).toEqual(['GET /api/services/shop-api?plan=true']);
  });

  test('exits 1 where it would fail, and where it cannot be told', async () => {
    configure({ service: 'gone' });
    await shop.push('1.1.0');
    expect(await batuta('plan')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/would fail: service gone does not exist in cluster prod\n {2}what to do: create it/),
    });
    expect(await batuta('plan', 'shop')).toEqual({
      code: 1,
      out: '',
      errors: 'batuta: There is no service shop; batuta.yml has: shop-api',
    });
  });
});

describe('batuta deploy', () => {
  test('follows to the end, telling each change once, and exits 0 for a success', async () => {
    await shop.push('1.1.0');
    await shop.pass(60);
    const { code, out } = await batuta('deploy', 'shop-api', '--tag', '1.0.0', '--follow');
    expect(code).toBe(0);
    expect(out).toMatch(/^shop-api 1\.0\.0 is asked for: d-\w+\n/);
    expect(out.match(/^shop-api 1\.0\.0 is rolling$/gm)).toHaveLength(1);
    expect(out).not.toContain('is held');
    expect(out).toMatch(/^shop-api 1\.0\.0 \(moved back\): succeeded$/m);
    expect(out).toMatch(/^revision {2}shop-api:2 → shop-api:3$/m);
    expect(out).toMatch(new RegExp(`^  stable +${time}$`, 'm'));
  });

  test('exits 1 where the deployment fails, and says why', async () => {
    crashing.add('shop-api:1.1.0');
    await shop.push('1.1.0');
    await shop.pass(300);
    const { code, out } = await batuta('deploy', 'shop-api', '-f');
    expect(code).toBe(1);
    expect(out).toMatch(/^shop-api 1\.1\.0: rolled-back$/m);
    expect(out).toMatch(/^what to do +\S/m);
    expect(out).toMatch(new RegExp(`^  ${time} \\w+: exit code 1 of container api$`, 'm'));
  });

  test('in CI, where the push is quicker than the command, follows what it began, and knows its end afterwards', async () => {
    await shop.push('1.1.0');
    await shop.pass(1);
    const first = await batuta('deploy', 'shop-api', '--tag', '1.1.0', '--follow');
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^1\.1\.0 is rolling already as d-\w+\n/) });
    expect(first.out).toMatch(/^shop-api 1\.1\.0: succeeded$/m);
    const again = await batuta('deploy', 'shop-api', '--tag', '1.1.0', '--follow');
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^1\.1\.0 \(sha256:\w+\) runs already\n/) });
    expect(await batuta('deploy', 'shop-api', '--tag', '1.1.0')).toMatchObject({ code: 1, out: '' });
  });

  test('an answer that gets lost on the way does not end the following', async () => {
    await shop.push('1.1.0');
    await shop.pass(1);
    server.lose(4);
    expect((await batuta('deploy', 'shop-api', '--follow')).code).toBe(0);
    server.lose(5);
    expect(await batuta('deploy', 'shop-api', '--follow')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/answered 502/),
    });
  });

  test('with --json, the last line of what it follows is the deployment', async () => {
    await shop.push('1.1.0');
    await shop.pass(60);
    const { code, out } = await batuta('rollback', 'shop-api', '--follow', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      deployment: { state: 'succeeded', rollback: true, image: { tag: '1.0.0' } },
    });
  });

  test('a refusal is one line for the user, exit code 1', async () => {
    expect(await batuta('deploy', 'shop-api', '--tag', '7.0.0')).toEqual({
      code: 1,
      out: '',
      errors: 'batuta: shop/api has no image 7.0.0 in ECR',
    });
    expect(await batuta('deploy')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^batuta: usage: batuta deploy SERVICE/),
    });
    expect(await batuta('deploy', 'shop-api', '--tga', 'x')).toMatchObject({
      code: 1,
      errors: 'batuta: there is no --tga for deploy; did you mean --tag?',
    });
  });
});

test('pause, see what waits, resume', async () => {
  expect((await batuta('pause', 'shop-api', '--for', '2h', '--reason', 'sale')).out).toMatch(
    new RegExp(`^shop-api is paused until ${time}$`),
  );
  await shop.push('1.1.0');
  await shop.pass(60);
  expect((await batuta('services')).out).toMatch(
    /^shop-api +1\.0\.0 +shop-api:1 +shop\/api semver:>=1\.0\.0 +d-\w+ waits: shop-api was paused by ann at \S+: sale; until \S+$/m,
  );
  const one = await batuta('services', 'shop-api');
  expect(one.out).toMatch(new RegExp(`^paused +by ann: sale, until ${time}$`, 'm'));
  expect(one.out).toMatch(/^waiting +d-\w+: shop-api was paused by ann/m);
  expect(one.out).toMatch(/ held +push +d-\w+$/m);
  expect((await batuta('resume', 'shop-api')).out).toBe('shop-api goes on');
  expect((await batuta('resume', 'shop-api')).out).toBe('shop-api was not paused');
  await shop.pass(60);
  const listed = await batuta('deployments', 'shop-api');
  expect(listed.out).toMatch(new RegExp(`^${time} +shop-api +1.1.0 +succeeded +push +d-`, 'm'));
});

test('approve and reject by id', async () => {
  configure({ hold: { freeze: [], approval: { expiresMs: 3_600_000 } } });
  for (const [version, verb, end] of [
    ['1.1.0', 'reject', 'skipped'],
    ['1.2.0', 'approve', 'succeeded'],
  ] as const) {
    await shop.push(version);
    await shop.pass(30);
    const [{ id }] = JSON.parse((await batuta('deployments', '--json')).out).deployments;
    expect(await batuta(verb, id, '--reason', 'said so')).toMatchObject({
      code: 0,
      out: expect.stringContaining(version),
    });
    await shop.pass(60);
    const { out } = await batuta('deployment', id);
    expect(out).toMatch(new RegExp(`^shop-api ${version}: ${end}$`, 'm'));
    expect(out).toMatch(new RegExp(`^(approved|rejected) +ann, ${time}: said so$`, 'm'));
  }
});

test('an approval of what has ended since says how it ended, and exits 1', async () => {
  configure({ hold: { freeze: [], approval: { expiresMs: 3_600_000 } } });
  await shop.push('1.1.0');
  await shop.pass(30);
  await batuta('pause', 'shop-api');
  const [{ id }] = JSON.parse((await batuta('deployments', '--json')).out).deployments;
  expect(await batuta('approve', id)).toEqual({ code: 0, out: 'shop-api 1.1.0 is approved', errors: '' });
  await shop.push('1.2.0');
  await shop.pass(60);
  expect(await batuta('approve', id)).toEqual({
    code: 1,
    out: expect.stringMatching(/^shop-api 1\.1\.0 is superseded: the newer 1\.2\.0 was chosen/),
    errors: '',
  });
});

test('an override is told as one', async () => {
  await batuta('pause', 'shop-api');
  await shop.push('1.1.0');
  await shop.pass(30);
  const [{ id }] = JSON.parse((await batuta('deployments', '--json')).out).deployments;
  expect((await batuta('approve', id)).errors).toMatch(
    new RegExp(`it needs no approval; it is held: .*; an admin may lift that: batuta approve ${id} --override$`),
  );
  token = (await shop.token('root', 'admin')) ?? '';
  expect((await batuta('approve', id, '--override')).out).toBe('every hold of shop-api 1.1.0 is lifted');
});

test('the services show the last success, the failure after it, and images that come by promotion', async () => {
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error('no shop-api');
  const image = { repository: 'shop/api', exclude: [], tags: { kind: 'promoted' as const } };
  const promote = { to: 'shop-api-prod', afterMs: 0, approval: false };
  const services = { 'shop-api': { ...spec, promote }, 'shop-api-prod': { ...spec, name: 'shop-api-prod', image } };
  shop.configure({ ...shop.config, services });
  crashing.add('shop-api:1.1.0');
  await shop.push('1.1.0');
  await shop.pass(300);
  const { out } = await batuta('services');
  expect(out).toMatch(/^SERVICE +LAST SUCCESS +AS REVISION +IMAGE +STATUS$/m);
  expect(out).toMatch(/^shop-api +1\.0\.0 +shop-api:1 +.* 1\.1\.0 failed \(d-\w+\)$/m);
  expect(out).toMatch(/^shop-api-prod +- +- +shop\/api by promotion$/m);
  expect((await batuta('plan', 'shop-api-prod')).out).toBe('shop-api-prod: nothing to do: gets what shop-api promotes');
  expect((await batuta('services', 'shop-api')).out).toMatch(/^failure +1\.1\.0 failed/m);
});

describe('who and where', () => {
  const run = async (args: string[], environment: NodeJS.ProcessEnv) => {
    const errors: string[] = [];
    const code = await main(args, { out: () => {}, error: (line) => errors.push(line) }, environment);
    return { code, errors: errors.join() };
  };

  test.each([
    ['no address', {}, /where is the API\? set BATUTA_API.*; npx serverless deploy and npm start print it/],
    ['no token', { BATUTA_API: 'https://example.com' }, /which token\? set BATUTA_TOKEN/],
    ['no URL', { BATUTA_API: 'example', BATUTA_TOKEN: 'x' }, /example is no URL/],
    ['a token in clear', { BATUTA_API: 'http://example.com', BATUTA_TOKEN: 'x' }, /is not https/],
    [
      'nobody there',
      { BATUTA_API: 'http://127.0.0.1:1', BATUTA_TOKEN: 'a.secret' },
      /127\.0\.0\.1:1 cannot be reached/,
    ],
  ])('%s is said', async (_what, environment, message) => {
    expect(await run(['services'], environment)).toEqual({ code: 1, errors: expect.stringMatching(message) });
  });

  test('an unknown token is told, and not shown', async () => {
    const environment = { BATUTA_API: `${server.url}/api/`, BATUTA_TOKEN: 'ann.wrong-wrong-wrong-wrong' };
    const { code, errors } = await run(['services'], environment);
    expect({ code, errors }).toEqual({ code: 1, errors: 'batuta: The token is not valid; it may have been revoked' });
  });
});
