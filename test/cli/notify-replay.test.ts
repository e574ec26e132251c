import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { createApi } from '../../shared/api/app.ts';
import { addNotificationRoutes } from '../../shared/api/notifications.ts';
import { createToken } from '../../shared/api/tokens.ts';
import { plus } from '../../shared/core/time.ts';
import type { Delivery } from '../../shared/notify/deliver/delivery.ts';
import { type DeliveryWorld, deliveryWorld } from '../support/delivery-world.ts';

/** The API's routes of notifications at a port of this machine, as the CLI is told of it; `before` each POST something else may happen. */
async function serve(
  { stores, now, memory, config }: DeliveryWorld,
  before = async () => {},
): Promise<NodeJS.ProcessEnv> {
  const api = createApi({ stores, log: { debug() {}, info() {}, warn() {}, error() {} } });
  addNotificationRoutes(api, { stores, now, config });
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    if (method === 'POST') await before();
    const given = { authorization: headers.authorization ?? '', 'content-type': 'application/json' };
    const answer = await api.request(url, { method, headers: given, ...(body ? { body } : {}) });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { BATUTA_API: url, BATUTA_TOKEN: await createToken(memory, 'ann', 'operator', now()) };
}

/** A delivery that was given up `second` seconds after the first. */
async function givenUp(
  { stores, now }: DeliveryWorld,
  second: number,
  parts: Pick<Delivery, 'lastError' | 'obsolete'> = {},
): Promise<string> {
  const [id, createdAt] = [`team:d-${second}`, plus(now(), second * 1000)];
  const about = { kind: 'deployment', id: `d-${second}` } as const;
  const delivery = { schemaVersion: 1, id, about, channel: 'team', createdAt, failedAt: createdAt, ...parts } as const;
  await stores.deliveries.create({ ...delivery, state: 'failed', wantedVersion: 1, sentVersion: 0, attempts: 1 });
  return id;
}

async function replay(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const terminal = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
    sleep: async () => {},
  };
  const code = await main(['notify', 'replay', ...args], terminal, environment);
  return { code, out, errors };
}

test('notify replay --all begins with what was given up first, over all pages, and leaves none out', async () => {
  const world = deliveryWorld({ team: {} });
  const ids: string[] = [];
  for (let second = 0; second < 120; second++) ids.push(await givenUp(world, second));
  const late: string[] = [];
  const api = await serve(world, async () => {
    // More fail while it goes on, and move what the first page held.
    if (late.length < 60) for (let count = 0; count < 30; count++) late.push(await givenUp(world, 120 + late.length));
  });
  const { out } = await replay(api, '--all', '--channel', 'team', '--json');
  const { replayed } = JSON.parse(out.join('\n')) as { replayed: string[] };
  expect(replayed.slice(0, 70)).toEqual(ids.slice(0, 70));
  expect(replayed.toSorted()).toEqual([...ids, ...late].sort());
});

test('notify replay leaves out what nothing is left to tell of, and says so', async () => {
  const world = deliveryWorld({ team: {} });
  const api = await serve(world);
  // Over two pages.
  for (let second = 0; second < 60; second++) await givenUp(world, second, { obsolete: 'forgotten' });
  const lastError = 'a newer trouble of job nightly has taken its place';
  const past = await givenUp(world, 60, { obsolete: 'superseded', lastError });
  const all = async () => (await replay(api, '--all')).out;
  const left = [
    '1 is left out: a newer trouble has taken its place',
    '60 are left out: what they tell of is no longer kept',
  ];
  expect(await all()).toEqual(left);
  await givenUp(world, 30.5);
  expect(await all()).toEqual(['1 is sent again; batuta notify pending shows what waits', ...left]);
  expect(await replay(api, past)).toMatchObject({
    code: 1,
    errors: [expect.stringContaining(`${past} cannot be sent again: ${lastError}`)],
  });
  expect((await world.stores.deliveries.get(past))?.value.state).toBe('failed');
});
