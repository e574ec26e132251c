import { exitCodes } from './exit-codes.ts';
import { type Refusal, refuse } from './refusal.ts';

/** What the launcher tells the entry point: the command line and the BATUTA_ variables. */
export interface Settings {
  kind: 'settings';
  script: string;
  args: string[];
  /** Names of environment variables whose values are secret. */
  secretNames: string[];
  /** Milliseconds since the epoch. */
  deadlineMs: number | undefined;
  stopTimeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const usage = 'usage: run SCRIPT [ARG…], where SCRIPT is the name of a file in the scripts folder';

/** Reads `run SCRIPT ARG…` and BATUTA_SECRETS, BATUTA_DEADLINE, BATUTA_STOP_TIMEOUT. */
export function readSettings(argv: readonly string[], env: Environment): Settings | Refusal {
  const [command, script, ...args] = argv;
  if (command === undefined || script === undefined) return refuse(exitCodes.usage, usage);
  if (command !== 'run') return refuse(exitCodes.usage, `unknown command ${JSON.stringify(command)}; ${usage}`);
  const deadlineMs = readNumber(env, 'BATUTA_DEADLINE');
  const stopTimeoutSeconds = readNumber(env, 'BATUTA_STOP_TIMEOUT') ?? 30;
  if (Number.isNaN(deadlineMs)) return unreadable('BATUTA_DEADLINE', 'milliseconds since the epoch');
  if (Number.isNaN(stopTimeoutSeconds)) return unreadable('BATUTA_STOP_TIMEOUT', 'a number of seconds');
  const secretNames = (env.BATUTA_SECRETS ?? '').split(',').map((name) => name.trim());
  return {
    kind: 'settings',
    script,
    args,
    secretNames: secretNames.filter((name) => name !== ''),
    deadlineMs,
    stopTimeoutMs: stopTimeoutSeconds * 1000,
  };
}

/** NaN for what is no number, so that a typing error cannot quietly become "no deadline". */
function readNumber(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

function unreadable(name: string, expected: string): Refusal {
  return refuse(exitCodes.usage, `the environment variable ${name} is not ${expected}; correct it or leave it out`);
}
