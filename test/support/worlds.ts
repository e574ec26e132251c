import { afterEach } from 'vitest';
import { runWorld } from './run-world.ts';

export type RunWorld = Awaited<ReturnType<typeof runWorld>>;

/** Opens the worlds of a file's tests; each is closed when its test is over. */
export function runWorlds(): typeof runWorld {
  const opened: RunWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  return async (options) => {
    const world = await runWorld(options);
    opened.push(world);
    return world;
  };
}
