import { nearestName, suggestName } from '../shared/config/nearest.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { approve, reject } from './commands/approve.ts';
import { check } from './commands/check.ts';
import { costs } from './commands/costs.ts';
import { deploy, rollback } from './commands/deploy.ts';
import { deployment, deployments } from './commands/deployments.ts';
import { jobs } from './commands/jobs.ts';
import { logs } from './commands/logs.ts';
import { pause, resume } from './commands/pause.ts';
import { plan } from './commands/plan.ts';
import { push } from './commands/push.ts';
import { run } from './commands/run.ts';
import { retry, runs, stop } from './commands/runs.ts';
import { schedule } from './commands/schedule.ts';
import { services } from './commands/services.ts';
import { token } from './commands/token.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  check,
  services,
  plan,
  deploy,
  rollback,
  approve,
  reject,
  pause,
  resume,
  deployments,
  deployment,
  jobs,
  run,
  runs,
  logs,
  stop,
  retry,
  schedule,
  costs,
  push,
  token,
};

/** The batuta command; resolves to its exit code. */
export async function main(args: string[], terminal: Terminal, environment: NodeJS.ProcessEnv): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || isHelp(name) || rest.some(isHelpOption)) {
      terminal.out(usage(name !== undefined && isHelp(name) ? rest.find((arg) => !isHelpOption(arg)) : name));
      return name === undefined ? 1 : 0;
    }
    return await find(name).run(rest, terminal, environment);
  } catch (error) {
    if (!isForTheUser(error)) throw error;
    terminal.error(`batuta: ${inWords(error, name ?? '')}`);
    return 1;
  }
}

const isHelpOption = (arg: string) => arg === '--help' || arg === '-h';
const isHelp = (arg: string) => arg === 'help' || isHelpOption(arg);

function find(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command;
  throw new UsageError(`there is no command \`${name}\`; ${suggestName(name, Object.keys(COMMANDS))}`);
}

const usageOf = (name: string, { synopsis, summary }: Command) => `  batuta ${name} ${synopsis}\n      ${summary}`;

/** Of one command, or of all. @throws UsageError for a name that is none */
function usage(name: string | undefined): string {
  if (name !== undefined) return `Usage:\n${usageOf(name, find(name))}`;
  const lines = Object.entries(COMMANDS).map(([each, command]) => usageOf(each, command));
  return ['Usage:', ...lines, '  batuta [COMMAND] --help'].join('\n');
}

function isForTheUser(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  // node:util's parseArgs throws these for unknown options and missing values.
  return error instanceof TypeError && codeOf(error).startsWith('ERR_PARSE_ARGS_');
}

const codeOf = (error: Error) => String((error as { code?: unknown }).code);

/** Node's own message for an unknown option explains what nobody meant: a name that begins with a dash. */
function inWords(error: Error, name: string): string {
  const [, written] = /^Unknown option '(-[^']*)'/.exec(error.message) ?? [];
  if (codeOf(error) !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || written === undefined) return error.message;
  const known = COMMANDS[name]?.synopsis.match(/--[a-z-]+/g) ?? [];
  const meant = nearestName(written, known);
  return `there is no ${written} for ${name}; ${meant ? `did you mean ${meant}?` : `batuta ${name} --help lists its options`}`;
}
