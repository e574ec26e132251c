import { constants } from 'node:os';

/** What the entry point itself answers; everything else is the script's own. Documented in docs/toolbox.md. */
export const exitCodes = {
  /** EX_USAGE of sysexits.h: wrong command line or a BATUTA_ variable that cannot be read. */
  usage: 64,
  /** As timeout(1). */
  deadline: 124,
  /** As a shell: found, but cannot be run. */
  notExecutable: 126,
  /** As a shell: not found. */
  notFound: 127,
} as const;

/** The script's end as one number: its exit code, or 128 + the signal's number. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return signal ? 128 + constants.signals[signal] : (code ?? 1);
}
