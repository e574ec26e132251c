import { readFileSync, writeFileSync } from 'node:fs';

/** Of one process, Linux only: proc(5), `status` and `clear_refs`. In MB. */
export function memoryOf(pid: number) {
  const field = (name: string): number => {
    const [, kiB] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (Number(kiB) * 1024) / 1e6;
  };
  return {
    nowMB: () => field('VmRSS'),
    peakMB: () => field('VmHWM'),
    /** The peak from here on. */
    restartPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
  };
}

/** By how much the process grew at most while `work` ran. */
export async function growthMB(pid: number, work: () => Promise<unknown>): Promise<number> {
  const memory = memoryOf(pid);
  const before = memory.nowMB();
  memory.restartPeak();
  await work();
  return memory.peakMB() - before;
}
