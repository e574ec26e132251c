import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { closeServer } from '../close-server.ts';
import type { Answered, Asked } from './shown.ts';

export interface ChannelServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  close(): Promise<void>;
}

/** Stands in for the channels' servers, so that on one machine no notification leaves it. */
export async function startChannelServer(answer: (asked: Asked) => Answered): Promise<ChannelServer> {
  const answerTo = (asked: Asked): Answered => {
    try {
      return answer(asked);
    } catch (error) {
      return { status: 400, body: (error as Error).message };
    }
  };
  const server = createServer(async (request, response) => {
    const { method = '', headers } = request;
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    // Who hangs up while it speaks is told nothing.
    const said = await text(request).catch(() => undefined);
    if (said === undefined) return void response.destroy();
    const { status, body, headers: more } = answerTo({ method, path, query, headers, body: said });
    response.writeHead(status, more).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closeServer(server),
  };
}
