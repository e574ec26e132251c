import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { LocalImage } from '../service.ts';
import { parseManifest } from './manifest.ts';

const MANIFEST_FILE = 'image.json';
const LARGEST_BYTES = 200 * 1024 * 1024;

interface Entry {
  /** Relative to the image, with forward slashes. */
  path: string;
  kind: 'file' | 'executable' | 'link';
  sizeBytes: number;
}

async function describe(root: string, path: string): Promise<Entry> {
  const file = join(root, path);
  const status = await lstat(file);
  if (status.isFile()) return { path, kind: status.mode & 0o111 ? 'executable' : 'file', sizeBytes: status.size };
  if (!status.isSymbolicLink())
    throw new Error(`${file}: only files, directories and symbolic links can be in an image`);
  const target = await realpath(file).catch(() => resolve(file, '..', '(nothing)'));
  if (target !== root && !target.startsWith(root + sep))
    throw new Error(`${file}: the symbolic link leaves the image directory; copy the file into it`);
  return { path, kind: 'link', sizeBytes: 0 };
}

async function entriesOf(root: string): Promise<Entry[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    );
  // By code unit, so that the order is the same on every machine.
  const sorted = paths.sort((a, b) => (a < b ? -1 : 1));
  return Promise.all(sorted.map((path) => describe(root, path)));
}

async function addContent(hash: Hash, root: string, entry: Entry): Promise<void> {
  const file = join(root, entry.path);
  if (entry.kind === 'link') return void hash.update(await readlink(file));
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
}

/**
 * Reads an image directory: its manifest, and its digest over every file's path, executable bit and
 * content (image.json is one of them).
 * @throws Error for a missing directory, a wrong manifest, links that leave it, more than 200 MB.
 */
export async function readImage(directory: string): Promise<LocalImage> {
  const status = await stat(directory).catch(() => undefined);
  if (!status?.isDirectory())
    throw new Error(`${directory}: not a directory; an image is a directory with ${MANIFEST_FILE}`);
  const root = await realpath(directory);
  const file = join(root, MANIFEST_FILE);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file}: cannot be read; an image needs it, {"entryPoint": ["node", "main.js"]} is enough`, {
      cause,
    });
  });
  const manifest = parseManifest(text, file);
  const entries = await entriesOf(root);
  const total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (total > LARGEST_BYTES)
    throw new Error(`${directory}: ${Math.ceil(total / 1024 / 1024)} MB are more than the 200 MB of a local image`);
  const hash = createHash('sha256');
  for (const entry of entries) {
    // Lengths first, so that no two different directories make the same bytes.
    hash.update(`${entry.kind} ${entry.path.length} ${entry.path} ${entry.sizeBytes}\0`);
    await addContent(hash, root, entry);
  }
  return { digest: `sha256:${hash.digest('hex')}`, directory: root, manifest, sizeBytes: total };
}
