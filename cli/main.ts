import { nearestName, suggestName } from '../shared/config/nearest.ts';
import { type Command, type Terminal, UsageError } from './command.ts';

/** Loaded when asked for: some bring AWS's SDK or the configuration's schema along. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.ts')).check,
  services: async () => (await import('./commands/services.ts')).services,
  plan: async () => (await import('./commands/plan.ts')).plan,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  rollback: async () => (await import('./commands/deploy.ts')).rollback,
  approve: async () => (await import('./commands/approve.ts')).approve,
  reject: async () => (await import('./commands/approve.ts')).reject,
  pause: async () => (await import('./commands/pause.ts')).pause,
  resume: async () => (await import('./commands/pause.ts')).resume,
  deployments: async () => (await import('./commands/deployments.ts')).deployments,
  deployment: async () => (await import('./commands/deployments.ts')).deployment,
  jobs: async () => (await import('./commands/jobs.ts')).jobs,
  run: async () => (await import('./commands/run.ts')).run,
  runs: async () => (await import('./commands/runs.ts')).runs,
  logs: async () => (await import('./commands/logs.ts')).logs,
  stop: async () => (await import('./commands/runs.ts')).stop,
  retry: async () => (await import('./commands/runs.ts')).retry,
  schedule: async () => (await import('./commands/schedule.ts')).schedule,
  costs: async () => (await import('./commands/costs.ts')).costs,
  push: async () => (await import('./commands/push.ts')).push,
  token: async () => (await import('./commands/token.ts')).token,
};

/** The batuta command; resolves to its exit code. */
export async function main(args: string[], terminal: Terminal, environment: NodeJS.ProcessEnv): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || isHelp(name) || rest.some(isHelpOption)) {
      terminal.out(await usage(name !== undefined && isHelp(name) ? rest.find((arg) => !isHelpOption(arg)) : name));
      return name === undefined ? 1 : 0;
    }
    return await (await find(name)).run(rest, terminal, environment);
  } catch (error) {
    if (!isForTheUser(error)) throw error;
    terminal.error(`batuta: ${await inWords(error, name ?? '', rest)}`);
    return 1;
  }
}

const isHelpOption = (arg: string) => arg === '--help' || arg === '-h';
const isHelp = (arg: string) => arg === 'help' || isHelpOption(arg);

function find(name: string): Promise<Command> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command();
  throw new UsageError(`there is no command \`${name}\`; ${suggestName(name, Object.keys(COMMANDS))}`);
}

const usageOf = (name: string, { synopsis, summary }: Command) => `  batuta ${name} ${synopsis}\n      ${summary}`;

/** Of one command, or of all. @throws UsageError for a name that is none */
async function usage(name: string | undefined): Promise<string> {
  if (name !== undefined) return `Usage:\n${usageOf(name, await find(name))}`;
  const lines = await Promise.all(Object.entries(COMMANDS).map(async ([each, load]) => usageOf(each, await load())));
  return ['Usage:', ...lines, '  batuta [COMMAND] --help'].join('\n');
}

function isForTheUser(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  // node:util's parseArgs throws these for unknown options and missing values.
  return error instanceof TypeError && codeOf(error).startsWith('ERR_PARSE_ARGS_');
}

const codeOf = (error: Error) => String((error as { code?: unknown }).code);

/** Node's own message for an unknown option explains what nobody meant: a name that begins with a dash. */
async function inWords(error: Error, name: string, rest: readonly string[]): Promise<string> {
  const [, written] = /^Unknown option '(-[^']*)'/.exec(error.message) ?? [];
  if (codeOf(error) !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || written === undefined) return error.message;
  const known: readonly string[] = (await find(name)).synopsis.match(/--[a-z-]+/g) ?? [];
  // `run` has two forms, each with options of its own.
  if (known.includes(written)) return `${written} ${rest.includes('--local') ? 'does not go with' : 'needs'} --local`;
  const meant = nearestName(written, known);
  return `there is no ${written} for ${name}; ${meant ? `did you mean ${meant}?` : `batuta ${name} --help lists its options`}`;
}
