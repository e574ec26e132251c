export type Path = readonly (string | number)[];

/** What is wrong at a place in the data; `write` says what to write instead. Neither holds a secret's value. */
export interface Finding {
  path: Path;
  message: string;
  write?: string;
}

/** A finding with its place in the file; line and column count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  /** As people read it: `jobs.db-backup.args[1]`; empty for the whole file. */
  path: string;
  message: string;
  write?: string;
}

/** `batuta.yml:14:5 jobs.db-backup.memory: 3000 MiB is not possible with 512 CPU units; use 1024, …` */
export function formatProblem({ file, line, column, path, message, write }: Problem): string {
  const place = path === '' ? '' : ` ${path}`;
  return `${file}:${line}:${column}${place}: ${message}${write === undefined ? '' : `; ${write}`}`;
}

export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}

/** "is empty; write a value" → what is wrong, and what to write. */
export function splitAdvice(text: string): Pick<Finding, 'message' | 'write'> {
  const [message = text, ...write] = text.split('; ');
  return write.length === 0 ? { message } : { message, write: write.join('; ') };
}
