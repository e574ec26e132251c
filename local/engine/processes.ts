import { readdir, readFile } from 'node:fs/promises';

/** The processes of this machine, by pid; none where there is no /proc, as on macOS. */
export async function allProcesses(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.map(Number).filter((pid) => pid > 0);
}

/** A file of a process in /proc; undefined for one that has ended or is another user's. */
export function readOf(pid: number, file: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => undefined);
}

/** The process group of a process, from proc(5): its name, in parentheses, may hold anything. */
export async function groupOf(pid: number): Promise<number | undefined> {
  const stat = await readOf(pid, 'stat');
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}
