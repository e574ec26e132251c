import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A notification as it arrived at the local webhook. */
export interface Received {
  channel: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
}

export interface Sink {
  /** Base URL; a channel posts to `<url>/<channel>`. */
  url: string;
  close(): Promise<void>;
}

const longestBody = 1_000_000;

/** Stands in for the channels' servers, so that on one machine no notification leaves it. */
export async function startSink(onMessage: (message: Received) => void): Promise<Sink> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > longestBody) request.destroy();
    });
    request.on('end', () => {
      try {
        const channel = decodeURIComponent((request.url ?? '/').slice(1));
        onMessage({ channel, headers: request.headers, body: JSON.parse(body) });
        response.writeHead(204).end();
      } catch (error) {
        response.writeHead(400).end(`not JSON: ${(error as Error).message}`);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
