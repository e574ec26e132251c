import type { ProcessGroup } from './process-group.ts';

/** setTimeout's own limit, about 25 days; a longer wait is taken in steps. */
const longestTimerMs = 2 ** 31 - 1;

export interface Deadline {
  passed(): boolean;
  /** Stops waiting for it. */
  clear(): void;
}

/** At `deadlineMs` (since the epoch) sends SIGTERM, `stopTimeoutMs` later SIGKILL, and says so. */
export function enforceDeadline(
  deadlineMs: number | undefined,
  stopTimeoutMs: number,
  group: ProcessGroup,
  say: (message: string) => void,
): Deadline {
  let timer: NodeJS.Timeout | undefined;
  let passed = false;
  const kill = (): void => {
    say(`still running ${stopTimeoutMs / 1000} s after SIGTERM: sending SIGKILL`);
    group.signal('SIGKILL');
  };
  const stop = (): void => {
    passed = true;
    say('the deadline has passed: sending SIGTERM');
    group.signal('SIGTERM');
    timer = setTimeout(kill, stopTimeoutMs);
  };
  const wait = (untilMs: number): void => {
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) stop();
    else timer = setTimeout(() => wait(untilMs), Math.min(leftMs, longestTimerMs));
  };
  if (deadlineMs !== undefined) wait(deadlineMs);
  return { passed: () => passed, clear: () => clearTimeout(timer) };
}
