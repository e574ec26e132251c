import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { LineFilter } from './line-filter.ts';

export interface Printer {
  /** Settles when the stream has ended and everything is written. */
  done: Promise<void>;
  /** Nothing came and nothing waits to be written since this time, in milliseconds since the epoch. */
  quietSinceMs(): number;
}

/** Copies a stream through a filter as it comes, at the pace of whoever reads the output. */
export function print(from: Readable, filter: LineFilter, to: Writable): Printer {
  let quietSince = Date.now();
  let isWriting = false;
  const write = async (bytes: Buffer): Promise<void> => {
    isWriting = true;
    await writeAll(to, bytes);
    isWriting = false;
    quietSince = Date.now();
  };
  const copy = async (): Promise<void> => {
    from.on('data', async (chunk: Buffer) => {
      from.pause();
      await write(filter.push(chunk));
      from.resume();
    });
    await once(from, 'close');
    await write(filter.end());
  };
  return { done: copy(), quietSinceMs: () => (isWriting ? Date.now() : quietSince) };
}

/** Resolves also when nobody reads the output any more: the script goes on, as with nohup. */
export function writeAll(to: Writable, bytes: Buffer | string): Promise<void> {
  return new Promise((resolve) => {
    to.write(bytes, () => resolve());
  });
}
