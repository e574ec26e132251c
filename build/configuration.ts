import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
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
export const readConfiguration = (file: string): Config => checkConfiguration(file).config;

/**
 * As `readConfiguration`, with what is possible and hardly meant, a line each.
 * @throws InvalidConfiguration
 */
export function checkConfiguration(file: string): { config: Config; warnings: string[] } {
  const text = readText(file);
  const loaded = loadConfig(text, shownPath(file), { toolboxScripts: readdirSync(scriptsFolder) });
  if (loaded.ok) return { config: loaded.config, warnings: loaded.warnings.map(formatProblem) };
  throw new InvalidConfiguration(loaded.problems.map(formatProblem).join('\n'));
}

/** The path as messages have it: from the working directory, if it lies within. */
export function shownPath(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') ? file : path;
}

const whyUnreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder',
  EACCES: 'may not be read',
};

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = 'not readable' } = cause as NodeJS.ErrnoException;
    throw new InvalidConfiguration(
      `${shownPath(file)}: ${whyUnreadable[code] ?? code}; name another file, or write it: README.md shows a first one`,
      { cause },
    );
  }
}
