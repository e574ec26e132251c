import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Shop } from './shop.ts';

/** The shop's HTTP API at a port of this machine; requests are noted as `POST /api/…`. */
export async function serveShop(shop: Shop) {
  const seen: string[] = [];
  let lost = 0;
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push(`${method} ${url}`);
    if (method === 'GET' && lost-- > 0) return void response.writeHead(502).end('Bad Gateway');
    const token = headers.authorization?.replace('Bearer ', '');
    const key = headers['idempotency-key'];
    const given = {
      raw: await text(request),
      token,
      headers: typeof key === 'string' ? { 'idempotency-key': key } : {},
    };
    const answer = await shop.api(method, url, given);
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    /** So many reads from now on are answered by nobody but a gateway. */
    lose(reads: number) {
      lost = reads;
    },
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}
