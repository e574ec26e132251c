import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '../../close-server.ts';
import type { Invocation } from '../runtime/runtime.ts';
import type { Stack } from '../stack/stack.ts';
import { type HttpRequest, httpApiEvent, pathOf } from './event.ts';
import { gatewayAnswer, type HttpResponse, responseOf } from './response.ts';
import { matchRoute } from './routes.ts';

const LARGEST_BODY = 10 * 1024 * 1024;
const LONGEST_MS = 30_000;

export interface HttpApi {
  /** `http://127.0.0.1:4600` */
  url: string;
  close(): Promise<void>;
}

export interface HttpApiOptions {
  stack: Pick<Stack, 'routes' | 'account' | 'region'>;
  invoke(functionName: string, payload: unknown): Promise<Invocation>;
  /** 0: any free one. */
  port: number;
  /** After which API Gateway answers 503; 30 000. */
  longestMs?: number;
}

/** Undefined: larger than API Gateway takes. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks);
}

function requestOf(request: IncomingMessage, body: Buffer): HttpRequest {
  const raw = request.rawHeaders;
  const headers = raw.flatMap((name, index): [string, string][] =>
    index % 2 ? [] : [[name.toLowerCase(), raw[index + 1] ?? '']],
  );
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  return { method: request.method ?? 'GET', rawTarget: request.url ?? '/', headers, body, sourceIp };
}

async function answer(
  { stack, invoke, longestMs = LONGEST_MS }: HttpApiOptions,
  incoming: IncomingMessage,
): Promise<HttpResponse> {
  const body = await bodyOf(incoming);
  if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
  const request = requestOf(incoming, body);
  const path = pathOf(request.rawTarget);
  if (path === undefined) return gatewayAnswer(400, 'Bad Request');
  const match = matchRoute(stack.routes, request.method, path);
  if (!match) return gatewayAnswer(404, 'Not Found');
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<HttpResponse>((resolve) => {
    timer = setTimeout(() => resolve(gatewayAnswer(503, 'Service Unavailable')), longestMs);
  });
  try {
    return await Promise.race([
      invoke(match.route.functionName, httpApiEvent(request, path, match, stack)).then(responseOf),
      tooLong,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

async function respond(options: HttpApiOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer(options, request).catch(() =>
    gatewayAnswer(500, 'Internal Server Error'),
  );
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `127.0.0.1:${port} is already in use: choose another port with --port, or 0 for any free one`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/**
 * API Gateway's HTTP API in front of the functions, on loopback.
 * Rejects with a message that names --port where the port is in use.
 */
export async function createHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const server = createServer((request, response) => void respond(options, request, response));
  await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closeServer(server),
  };
}
