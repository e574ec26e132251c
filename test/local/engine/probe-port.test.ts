import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { probePort } from '../../../local/engine/probe-port.ts';

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('an HTTP check hears the status of its path', async () => {
  const port = await listening((request, answer) => {
    answer.statusCode = request.url === '/health' ? 204 : 404;
    answer.end();
  });
  expect(await probePort({ port, path: '/health', timeoutMs: 2000 })).toEqual({ kind: 'answered', status: 204 });
  expect(await probePort({ port, path: '/', timeoutMs: 2000 })).toEqual({ kind: 'answered', status: 404 });
});

test('a TCP check is content with a connection', async () => {
  const port = await listening(() => {});
  expect(await probePort({ port, path: undefined, timeoutMs: 2000 })).toEqual({ kind: 'connected' });
});

test('a server that never answers is a timeout', async () => {
  const port = await listening(() => {});
  expect(await probePort({ port, path: '/', timeoutMs: 20 })).toEqual({ kind: 'timeout' });
});

test('a port where nothing listens, or no HTTP, refuses', async () => {
  const server = createTcpServer((socket) => socket.resume().end('hello\n'));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await probePort({ port, path: '/', timeoutMs: 2000 })).toEqual({ kind: 'refused' });
  await new Promise((resolve) => server.close(resolve));
  expect(await probePort({ port, path: '/', timeoutMs: 2000 })).toEqual({ kind: 'refused' });
  expect(await probePort({ port, path: undefined, timeoutMs: 2000 })).toEqual({ kind: 'refused' });
});
