import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '../close-server.ts';
import type { CloudRequest, CloudResponse, Dispatcher } from './dispatcher.ts';

const maxBodyBytes = 10 * 1024 * 1024;

export interface CloudServer {
  /** `http://127.0.0.1:4566` */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** The body as text, or undefined when it is larger than the limit. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString();
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
}

async function answer(dispatcher: Dispatcher, request: IncomingMessage): Promise<CloudResponse> {
  const body = await bodyOf(request);
  if (body === undefined)
    return {
      status: 413,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ __type: 'RequestEntityTooLargeException', message: 'The request is larger than 10 MB' }),
    };
  const asked: CloudRequest = {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: headersOf(request),
    body,
  };
  return dispatcher.handle(asked);
}

async function respond(dispatcher: Dispatcher, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, headers, body } = await answer(dispatcher, request);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  } catch {
    // A lost answer: the caller sees the connection drop, as after a network failure.
    response.destroy();
  }
}

function portTaken(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Error(
    `${host}:${port} is already in use (LocalStack uses 4566 too): choose another port with --aws-port, or 0 for any free one`,
    { cause: error },
  );
}

/**
 * Serves the local AWS over HTTP. Port 0 takes any free port.
 * @throws Error naming the port and `--aws-port` when the port is in use.
 */
export async function startCloudServer(options: {
  dispatcher: Dispatcher;
  port: number;
  host?: string;
}): Promise<CloudServer> {
  const { dispatcher, port, host = '127.0.0.1' } = options;
  const server = createServer((request, response) => void respond(dispatcher, request, response));
  // The SDK keeps connections open; a longer patience than its own avoids resets between its calls.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portTaken(error, host, port)));
    server.listen(port, host, resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  return {
    url: `http://${host}:${actual}`,
    port: actual,
    close: () => closeServer(server),
  };
}
