import { createServer } from 'node:net';

/** Hands out free loopback ports, never one of its last 1000 twice: its taker may not listen yet. */
export function portGiver(): () => Promise<number> {
  const given = new Set<number>();
  return async function give(): Promise<number> {
    const port = await unusedPort();
    if (given.has(port)) return give();
    given.add(port);
    if (given.size > 1000) given.delete(given.values().next().value as number);
    return port;
  };
}

function unusedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
