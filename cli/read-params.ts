import { readFileSync } from 'node:fs';
import type { ParamConfig } from '../shared/config/config.ts';
import { paramFromText } from '../shared/config/param-text.ts';
import { UsageError } from './command.ts';

type Params = Readonly<Record<string, ParamConfig>>;

/** `name=value`; the value may hold further equal signs. @throws UsageError */
export function splitPair(text: string, option: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${option} wants NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A file's JSON. @throws UsageError naming the file */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Node's message quotes the text, which may hold what is nobody's business.
    throw new UsageError(`${file} is not JSON`, { cause });
  }
}

/**
 * Parameters from `--params-file` and over them `--param`, each as the job's type of it wants; what does not fit stays
 * text, and the job says what is wrong with it.
 */
export function readParams(
  pairs: readonly string[],
  file: string | undefined,
  params: Params,
): Record<string, unknown> | undefined {
  if (pairs.length === 0 && file === undefined) return undefined;
  const fromFile = file === undefined ? {} : readJson(file);
  if (typeof fromFile !== 'object' || fromFile === null || Array.isArray(fromFile))
    throw new UsageError(`${file} must hold a JSON object of parameters`);
  const given = pairs.map((pair) => {
    const [name, text] = splitPair(pair, '--param');
    const param = Object.hasOwn(params, name) ? params[name] : undefined;
    return [name, param ? paramFromText(param, text) : text];
  });
  return { ...fromFile, ...Object.fromEntries(given) };
}
