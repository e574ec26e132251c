import { type ChildProcess, spawn } from 'node:child_process';

/** The script and everything it started, unless that made a session of its own. */
export interface ProcessGroup {
  signal(signal: NodeJS.Signals): void;
}

/** `leaderPid` was spawned with `detached`, so its pid is the group's id. */
export function processGroup(leaderPid: number): ProcessGroup {
  return {
    signal: (signal) => {
      try {
        process.kill(-leaderPid, signal);
      } catch (error) {
        // EPERM: macOS, of a group that has ended and is not waited for yet; Linux, of one that became another user.
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ESRCH' && code !== 'EPERM') throw error;
      }
    },
  };
}

/**
 * Outside a container nothing ends the script when this process is killed with SIGKILL: a shell
 * that waits for its standard input to close does. Returns how to dismiss it. As PID 1 none is
 * needed: the kernel ends the whole container with it.
 */
export function guardGroup(leaderPid: number): () => void {
  if (process.pid === 1) return () => {};
  const guard: ChildProcess = spawn('sh', ['-c', 'read -r _; kill -KILL "-$0"', String(leaderPid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  return () => guard.kill('SIGKILL');
}
