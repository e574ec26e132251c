import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from '../command.ts';

/** `KEY=value` lines as Node reads them: comments, quotes, `export`. @throws UsageError naming the file, never a value */
export function readEnvFile(file: string): Record<string, string> {
  try {
    const entries = Object.entries(parseEnv(readFileSync(file, 'utf8')));
    return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UsageError(`--secrets-file ${file}: ${why}; it holds the job's secrets as lines NAME=value`, { cause });
  }
}
