import { randomUUID } from 'node:crypto';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalImage } from '../service.ts';
import { digestOf } from './image-parts.ts';

/** Image contents in `folder`, each under its digest, and config blobs; what is there is never changed. */
export function contentStore(folder: string) {
  const contents = new Map<string, LocalImage>();
  const blobs = new Map<string, string>();
  return {
    async add(image: LocalImage): Promise<LocalImage> {
      const known = contents.get(image.digest);
      if (known) return known;
      const directory = join(folder, image.digest.replace('sha256:', ''));
      if (!(await stat(directory).catch(() => undefined))) {
        // Copied aside and renamed: a directory with a digest's name is always whole.
        const aside = join(folder, `.${randomUUID()}`);
        await mkdir(folder, { recursive: true });
        await cp(image.directory, aside, { recursive: true, verbatimSymlinks: true });
        await rename(aside, directory).catch(() => rm(aside, { recursive: true, force: true }));
      }
      const stored = { ...image, directory };
      contents.set(image.digest, stored);
      return stored;
    },
    find: (digest: string | undefined): LocalImage | undefined => contents.get(digest ?? ''),
    addBlob: (text: string): void => void blobs.set(digestOf(text), text),
    blob: (digest: string | undefined): string | undefined => blobs.get(digest ?? ''),
  };
}

export type ContentStore = ReturnType<typeof contentStore>;
