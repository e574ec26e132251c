import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../shared/config/config.ts';
import { loadConfig } from '../shared/config/load.ts';
import { formatProblem } from '../shared/config/problem.ts';

const scriptsFolder = new URL('../containers/toolbox/scripts', import.meta.url);

/** A configuration that cannot be built in; the message has one line per problem. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
}

/**
 * Reads and validates a batuta.yml.
 * @throws InvalidConfiguration with file, line and what to write instead.
 */
export function readConfiguration(file: string): Config {
  const text = readText(file);
  const loaded = loadConfig(text, basename(file), { toolboxScripts: readdirSync(scriptsFolder) });
  if (loaded.ok) return loaded.config;
  throw new InvalidConfiguration(loaded.problems.map(formatProblem).join('\n'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InvalidConfiguration(
      `${file}: ${(cause as NodeJS.ErrnoException).code ?? 'not readable'}; write it, or name another file`,
      { cause },
    );
  }
}
