import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Keeps the process groups it is told of and, when its standard input ends, kills those that are left. */
const SCRIPT = `
groups=
while read -r what group; do
  rest=
  for known in $groups; do [ "$known" = "$group" ] || rest="$rest $known"; done
  groups=$rest
  [ "$what" = add ] && groups="$groups $group"
done
for group in $groups; do kill -KILL "-$group"; done
`;

/**
 * Kills process groups when this process ends in whatever way, SIGKILL too: a small shell reads
 * from a pipe whose other end only this process holds.
 */
export function createReaper() {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  // Without a shell only this last safety is missing.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  // Neither it nor its pipe keeps this process alive.
  shell.unref();
  (shell.stdin as Socket).unref();
  const tell = (what: 'add' | 'remove', group: number) => void shell.stdin.write(`${what} ${group}\n`);
  return {
    add: (group: number) => tell('add', group),
    remove: (group: number) => tell('remove', group),
    close: () => void shell.stdin.end(),
  };
}
