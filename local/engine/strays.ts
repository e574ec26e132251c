import { allProcesses, readOf } from './processes.ts';

/** A process may start another while we look. */
const ROUNDS = 3;

async function ofContainer(pid: number, hostname: string): Promise<boolean> {
  const environment = await readOf(pid, 'environ');
  return environment?.split('\0').includes(`HOSTNAME=${hostname}`) === true;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Kills what a container started and what left its process group, as the end of a container's first process
 * ends all the others. On Linux only, by the HOSTNAME that they inherited.
 */
export async function killStrays(hostname: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const all = await allProcesses();
    const found = await Promise.all(all.map((pid) => ofContainer(pid, hostname)));
    const strays = all.filter((_, index) => found[index]);
    if (strays.length === 0) return;
    for (const pid of strays) kill(pid);
  }
}
