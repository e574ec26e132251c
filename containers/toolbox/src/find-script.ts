import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { exitCodes } from './exit-codes.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Node runs scripts with the Node that runs us, whatever PATH says. */
const interpreters: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '.sh': ['bash'],
  '.py': ['python3', '-u'],
  '.js': [process.execPath],
  '.mjs': [process.execPath],
  '.ts': [process.execPath],
};

export interface Script {
  kind: 'script';
  /** Absolute and real: no symbolic links. */
  path: string;
  interpreter: readonly [string, ...string[]];
}

/** Finds a script by its plain file name; what is outside the folder is not found, also by a symbolic link. */
export function findScript(folder: string, name: string): Script | Refusal {
  const shown = JSON.stringify(name);
  if (name === '' || name === '.' || name === '..' || /[/\\]/.test(name)) {
    return refuse(exitCodes.notFound, `${shown} is not a plain file name; scripts are named without a path`);
  }
  const path = realPath(join(folder, name));
  if (path === undefined) return refuse(exitCodes.notFound, `there is no script ${shown} in the scripts folder`);
  if (dirname(path) !== realPath(folder)) {
    return refuse(exitCodes.notFound, `the script ${shown} is a link that leaves the scripts folder; copy the file`);
  }
  if (!statSync(path).isFile()) return refuse(exitCodes.notExecutable, `${shown} is not a file`);
  if (!isReadable(path)) return refuse(exitCodes.notExecutable, `the script ${shown} is not readable by this user`);
  const interpreter = interpreters[extname(path)];
  if (interpreter) return { kind: 'script', path, interpreter };
  const known = Object.keys(interpreters).join(' ');
  return refuse(exitCodes.notExecutable, `the script ${shown} has no known extension; use one of ${known}`);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
