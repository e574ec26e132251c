import type { StopCause } from '../aws/task.ts';
import { timeoutOutcome } from './deadlines.ts';
import type { Run, Stop } from './run.ts';

/** How a run, or its attempt, ends that was stopped. `how`: what ended the task; `exitCode`: the script's. */
export function stopEnd(
  { by, why }: Stop,
  { how = '', exitCode }: { how?: string; exitCode?: number | undefined } = {},
): { state: 'stopped' | 'timed-out'; outcome: StopCause } {
  const cause = `${why}${how}`;
  if (by === 'timeout') return { state: 'timed-out', outcome: timeoutOutcome('timeout', cause, exitCode) };
  if (by === 'attempt-timeout')
    return { state: 'timed-out', outcome: timeoutOutcome('attemptTimeout', cause, exitCode) };
  const code = exitCode === undefined ? {} : { exitCode };
  return { state: 'stopped', outcome: { kind: by, cause, hint: '', ...code } };
}

/** Whether the one who stops it now decides why: the first does, but what ends only an attempt gives way. */
export const overrules = (run: Run, by: Stop['by']): boolean =>
  run.stop === undefined || (run.stop.by === 'attempt-timeout' && by !== 'attempt-timeout');
