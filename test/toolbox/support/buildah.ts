import { join } from 'node:path';
import { command } from './command.ts';

/** Runs buildah on a storage of its own; resolves with what it printed. */
export type Buildah = (...args: string[]) => Promise<string>;

/**
 * A storage below `folder`. Overlay is fast but does not work on top of another overlay, as inside a
 * container; vfs copies every layer and works anywhere.
 * @throws Error when buildah is missing or may not mount.
 */
export async function openBuildah(folder: string): Promise<Buildah> {
  const overlay = storage(join(folder, 'overlay'), 'overlay');
  try {
    const container = await overlay('from', 'scratch');
    await overlay('mount', container);
    await overlay('rm', container);
    return overlay;
  } catch {
    return storage(join(folder, 'vfs'), 'vfs');
  }
}

function storage(folder: string, driver: string): Buildah {
  const place = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', driver];
  return (...args) => command('buildah', [...place, ...args]);
}
