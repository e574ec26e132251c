import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { createApi } from '../../shared/api/app.ts';
import { addNotificationRoutes } from '../../shared/api/notifications.ts';
import { createToken } from '../../shared/api/tokens.ts';
import { plus } from '../../shared/core/time.ts';
import { type DeliveryWorld, deliveryWorld } from '../support/delivery-world.ts';

/** The API's routes of notifications at a port of this machine; `before` each POST something else may happen. */
async function serve({ stores, now }: DeliveryWorld, before: () => Promise<void>): Promise<string> {
  const api = createApi({ stores, log: { debug() {}, info() {}, warn() {}, error() {} } });
  addNotificationRoutes(api, { stores, now });
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
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A delivery that was given up `second` seconds after the first. */
async function givenUp({ stores, now }: DeliveryWorld, second: number): Promise<string> {
  const [id, createdAt] = [`team:d-${second}`, plus(now(), second * 1000)];
  const about = { kind: 'deployment', id: `d-${second}` } as const;
  const delivery = { schemaVersion: 1, id, about, channel: 'team', createdAt, failedAt: createdAt } as const;
  await stores.deliveries.create({ ...delivery, state: 'failed', wantedVersion: 1, sentVersion: 0, attempts: 1 });
  return id;
}

test('notify replay --all begins with what was given up first, over all pages, and leaves none out', async () => {
  const world = deliveryWorld({ team: {} });
  const ids: string[] = [];
  for (let second = 0; second < 120; second++) ids.push(await givenUp(world, second));
  const late: string[] = [];
  const url = await serve(world, async () => {
    // More fail while it goes on, and move what the first page held.
    if (late.length < 60) for (let count = 0; count < 30; count++) late.push(await givenUp(world, 120 + late.length));
  });
  const token = (await createToken(world.memory, 'ann', 'operator', world.now())) ?? '';
  const out: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), error: () => {}, sleep: async () => {} };
  const args = ['notify', 'replay', '--all', '--channel', 'team', '--json'];
  expect(await main(args, terminal, { BATUTA_API: url, BATUTA_TOKEN: token })).toBe(0);
  const { replayed } = JSON.parse(out.join('\n')) as { replayed: string[] };
  expect(replayed.slice(0, 70)).toEqual(ids.slice(0, 70));
  expect(replayed.toSorted()).toEqual([...ids, ...late].sort());
});
