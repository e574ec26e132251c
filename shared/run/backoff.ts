import { createHash } from 'node:crypto';

export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/**
 * How long the `tries`-th wait lasts: doubled from `baseMs` up to `maxMs`, then cut by up to half. The cut
 * follows from `id`, so that runs spread out and a replay waits as long.
 */
export function backoffMs(id: string, tries: number, { baseMs, maxMs }: Backoff): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(tries, 30));
  const share = createHash('sha256').update(`${id}#${tries}`).digest().readUInt16BE(0) / 65_536;
  return Math.round(full * (1 - share / 2));
}
