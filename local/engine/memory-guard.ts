import type { Clock } from '../clock.ts';
import { allProcesses, groupOf, readOf } from './processes.ts';

interface Watched {
  limitKiB: number;
  exceeded(): void;
}

/**
 * KiB that a process keeps for itself, its share of what is shared: proc(5), smaps_rollup. Pages of files do not
 * count, as they can always be given back.
 */
async function kiBOf(pid: number): Promise<number> {
  const rollup = (await readOf(pid, 'smaps_rollup')) ?? '';
  return [...rollup.matchAll(/^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB$/gm)].reduce(
    (sum, [, kib]) => sum + Number(kib),
    0,
  );
}

async function usage(groups: ReadonlyMap<number, unknown>): Promise<Map<number, number>> {
  const used = new Map<number, number>();
  const add = async (pid: number) => {
    const group = await groupOf(pid);
    if (group === undefined || !groups.has(group)) return;
    const kib = await kiBOf(pid);
    used.set(group, (used.get(group) ?? 0) + kib);
  };
  await Promise.all((await allProcesses()).map(add));
  return used;
}

/**
 * Looks at the memory of process groups every now and then, and tells of each that has more than its limit. On
 * Linux only, and approximate: what grows and ends between two looks is not seen.
 */
export function createMemoryGuard(clock: Clock, everyMs: number) {
  const watched = new Map<number, Watched>();
  let cancel: (() => void) | undefined;

  async function look(): Promise<void> {
    const used = await usage(watched);
    for (const [group, { limitKiB, exceeded }] of watched) if ((used.get(group) ?? 0) > limitKiB) exceeded();
    cancel = undefined;
    start();
  }
  function start(): void {
    if (watched.size > 0) cancel ??= clock.setTimer(everyMs, () => void look());
  }
  return {
    /** Returns what ends the watching. */
    watch(group: number, limitMiB: number, exceeded: () => void): () => void {
      watched.set(group, { limitKiB: limitMiB * 1024, exceeded });
      start();
      return () => {
        watched.delete(group);
        if (watched.size === 0) cancel?.();
        if (watched.size === 0) cancel = undefined;
      };
    },
  };
}
