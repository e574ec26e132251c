import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Request {
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** What a channel's server does with a request; `request` has been read whole. */
export type Conduct = (answer: ServerResponse, request: Request) => unknown;

async function textOf(stream: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

/** A real HTTP server on loopback; `requests` are what arrived. Close it. */
export async function startHttpServer(conduct: Conduct) {
  const requests: Request[] = [];
  const server = createServer(async (incoming, answer) => {
    const { method = '', url: path = '', headers } = incoming;
    // Who hangs up on us while we read is played, too.
    const body = await textOf(incoming).catch(() => '');
    const request = { method, path, headers, body };
    requests.push(request);
    await conduct(answer, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, port, requests, close, [Symbol.asyncDispose]: close };
}

export const answers =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Conduct =>
  (answer) =>
    answer.writeHead(status, headers).end(body);

/** Takes the request and never says a word. */
export const hangs: Conduct = () => {};

export const resets: Conduct = (answer) => answer.socket?.resetAndDestroy();

/** Begins well and is gone in the middle of its answer. */
export const breaksOff: Conduct = async (answer) => {
  answer.writeHead(200, { 'content-length': '1000' }).write('{"ok":');
  await sleep(5);
  answer.socket?.resetAndDestroy();
};

/** Sends as much as is taken. */
export const neverEnds: Conduct = (answer) => {
  const more = () => {
    while (!answer.destroyed && answer.write('x'.repeat(16_384)));
  };
  answer.writeHead(200).on('drain', more);
  more();
};

/** One character at a time, for ever. */
export const drips: Conduct = async (answer) => {
  answer.writeHead(200).write('y');
  while (!answer.destroyed) {
    await sleep(10);
    answer.write('y');
  }
};

/** One character of its headers at a time, for ever. */
export const dripsHeaders: Conduct = async ({ socket }) => {
  socket?.write('HTTP/1.1 200 OK\r\nx-a: ');
  while (socket && !socket.destroyed) {
    await sleep(10);
    socket.write('a');
  }
};

/** Headers without end. */
export const neverEndsHeaders: Conduct = ({ socket }) => {
  const more = () => {
    while (socket && !socket.destroyed && socket.write(`x-a: ${'a'.repeat(1000)}\r\n`));
  };
  socket?.write('HTTP/1.1 200 OK\r\n');
  socket?.on('drain', more);
  more();
};
