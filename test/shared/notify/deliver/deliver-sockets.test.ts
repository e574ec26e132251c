import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { safeHttp } from '../../../../shared/notify/channels/http.ts';
import { channelSender } from '../../../../shared/notify/deliver/send.ts';
import { portsOf } from '../../../support/channels/receiver.ts';
import { deliveryWorld } from '../../../support/delivery-world.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('real receivers that hang, reset, limit or answer: each delivery says how it went, and the limit is kept', async () => {
  let limited = 0;
  const urls: Record<string, string> = {
    hanging: await serve(() => {}),
    resetting: await serve((request) => void request.socket.destroy()),
    limiting: await serve((_request, response) => {
      limited += 1;
      response.writeHead(429, { 'retry-after': '3600' }).end();
    }),
    well: await serve((_request, response) => void response.writeHead(204).end()),
  };
  const sender = channelSender(portsOf({ http: safeHttp({ local: true, timeoutMs: 1000 }) }));
  const answer = (name: string) => (post: Parameters<typeof sender.send>[0]) =>
    sender.send({ ...post, channel: { name, type: 'webhook', url: urls[name] ?? '', secrets: [] } });
  const world = deliveryWorld(Object.fromEntries(Object.keys(urls).map((name) => [name, { answer: answer(name) }])));
  await world.news('d', 'failed');
  await world.pass(1);
  const expected = {
    hanging: { state: 'pending', lastError: 'it did not answer within 1 s' },
    resetting: { state: 'pending', lastError: 'the connection failed (ECONNRESET)' },
    limiting: { state: 'pending', lastError: 'it answered HTTP 429' },
    well: { state: 'sent' },
  };
  await vi.waitFor(async () => {
    for (const [name, how] of Object.entries(expected)) expect(await world.delivery(name, 'd')).toMatchObject(how);
  }, 8_000);
  await world.news('e', 'failed', ['limiting']);
  await world.pass(3500);
  expect(limited).toBe(1);
});
