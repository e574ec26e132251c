import { suggestName } from '../shared/config/nearest.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { approve, reject } from './commands/approve.ts';
import { check } from './commands/check.ts';
import { deploy, rollback } from './commands/deploy.ts';
import { deployment, deployments } from './commands/deployments.ts';
import { pause, resume } from './commands/pause.ts';
import { plan } from './commands/plan.ts';
import { push } from './commands/push.ts';
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
  push,
  token,
};

/** The batuta command; resolves to its exit code. */
export async function main(args: string[], terminal: Terminal, environment: NodeJS.ProcessEnv): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || args.includes('--help') || args.includes('-h') || name === 'help') {
    terminal.out(usage());
    return name === undefined ? 1 : 0;
  }
  try {
    return await find(name).run(rest, terminal, environment);
  } catch (error) {
    if (!isForTheUser(error)) throw error;
    terminal.error(`batuta: ${error.message}`);
    return 1;
  }
}

function find(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command;
  throw new UsageError(`there is no command \`${name}\`; ${suggestName(name, Object.keys(COMMANDS))}`);
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { synopsis, summary }]) => `  batuta ${name} ${synopsis}\n      ${summary}`,
  );
  return ['Usage:', ...lines, '  batuta --help'].join('\n');
}

function isForTheUser(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  // node:util's parseArgs throws these for unknown options and missing values.
  return error instanceof TypeError && String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS_');
}
