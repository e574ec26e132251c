import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ChannelPorts } from '../../../shared/notify/channels/channel.ts';
import { type Http, type HttpAnswer, safeHttp } from '../../../shared/notify/channels/http.ts';

export interface Asked {
  method: string;
  url: URL;
  body: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A receiver on loopback until the test ends: what `answer` says, strings as they are, all else as JSON. */
export async function startReceiver(answer: (asked: Asked) => Answer): Promise<{ origin: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = {
      method: request.method ?? '',
      url: new URL(request.url ?? '/', 'http://localhost'),
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const { status, body, headers } = answer(one);
    response.writeHead(status, headers);
    response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Requests to loopback, for a virtual clock that stands still while one is under way. */
export function countedHttp(): { http: Http; isBusy: () => boolean } {
  const real = safeHttp({ local: true });
  let underWay = 0;
  const counted = <Args extends unknown[]>(ask: (...args: Args) => Promise<HttpAnswer>) => {
    return async (...args: Args) => {
      underWay += 1;
      return ask(...args).finally(() => {
        underWay -= 1;
      });
    };
  };
  return { http: { post: counted(real.post), patch: counted(real.patch) }, isBusy: () => underWay > 0 };
}

const unused = async () => {
  throw new Error('not used here');
};

/** Real requests, to loopback; a reference is its own secret unless `secrets` has it. */
export const portsOf = (more: Partial<ChannelPorts> & { secrets?: Record<string, string> } = {}): ChannelPorts => {
  const { secrets = {}, ...others } = more;
  return {
    http: safeHttp({ local: true }),
    secretOf: async (reference) => secrets[reference] ?? reference,
    publish: unused,
    putEvent: unused,
    now: () => 0,
    ...others,
  };
};
