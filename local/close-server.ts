import type { Server } from 'node:http';

/** Resolves once nobody is connected any more; requests under way are cut off. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
