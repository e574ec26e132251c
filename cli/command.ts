import type { EventEmitter } from 'node:events';

/** Where a command writes: lines without their newline. */
export interface Terminal {
  out: (line: string) => void;
  error: (line: string) => void;
  /** For what a run printed, which a pipe gets as it was; else `out`. */
  log?: (line: string) => void;
  /** A person reads what is written to `out`. */
  isTTY?: boolean;
  /** For commands that wait; by default the machine's clock. */
  sleep?: (ms: number) => Promise<void>;
  /** `gone`: nobody reads any more. A command that does not listen is ended there and then. */
  reader?: EventEmitter<{ gone: [] }>;
}

export interface Command {
  /** Arguments and options as in a usage line. */
  synopsis: string;
  summary: string;
  /** Gets what stands after the command's name; resolves to the exit code. */
  run: (args: string[], terminal: Terminal, environment: NodeJS.ProcessEnv) => Promise<number>;
}

/** What the user wrote cannot be done: the message is for them, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
