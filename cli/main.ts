import { nearestName, suggestName } from '../shared/config/nearest.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { safeTerminal } from './safe-terminal.ts';

/** Loaded when asked for: some bring AWS's SDK or the configuration's schema along. A name may be two words. */
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
  'notify routes': async () => (await import('./commands/notify-routes.ts')).notifyRoutes,
  'notify preview': async () => (await import('./commands/notify-preview.ts')).notifyPreview,
  'notify test': async () => (await import('./commands/notify-test.ts')).notifyTest,
  'notify failed': async () => (await import('./commands/notify-list.ts')).notifyFailed,
  'notify pending': async () => (await import('./commands/notify-list.ts')).notifyPending,
  'notify sent': async () => (await import('./commands/notify-list.ts')).notifySent,
  'notify replay': async () => (await import('./commands/notify-replay.ts')).notifyReplay,
  silences: async () => (await import('./commands/silences.ts')).silences,
  'silence add': async () => (await import('./commands/silences.ts')).silenceAdd,
  'silence remove': async () => (await import('./commands/silences.ts')).silenceRemove,
  push: async () => (await import('./commands/push.ts')).push,
  token: async () => (await import('./commands/token.ts')).token,
};

/** The batuta command; resolves to its exit code. */
export async function main(args: string[], given: Terminal, environment: NodeJS.ProcessEnv): Promise<number> {
  const terminal = safeTerminal(given);
  const [name, ...rest] = joinName(args);
  try {
    if (name === undefined || isHelp(name) || rest.some(isHelpOption)) {
      const asked = name !== undefined && isHelp(name) ? joinName(rest.filter((arg) => !isHelpOption(arg)))[0] : name;
      terminal.out(await usage(asked));
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

/** `notify routes …` is one name. */
function joinName([first, second, ...rest]: readonly string[]): string[] {
  const [one, two] = [first === undefined ? [] : [first], second === undefined ? [] : [second]];
  if (groupOf(first ?? '').length === 0 || second === undefined || second.startsWith('-'))
    return [...one, ...two, ...rest];
  return [`${first} ${second}`, ...rest];
}

/** The commands whose first word it is. */
const groupOf = (word: string) => Object.keys(COMMANDS).filter((name) => name.startsWith(`${word} `));

function find(name: string): Promise<Command> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command();
  const group = groupOf(name);
  if (group.length > 0) throw new UsageError(`batuta ${name} what? ${suggestName('', group)}`);
  throw new UsageError(`there is no command \`${name}\`; ${suggestCommand(name)}`);
}

/** Of a group by its second word: `notify list` is not near to `notify test`. */
function suggestCommand(name: string): string | undefined {
  const [word = '', second] = name.split(' ');
  if (second === undefined) return suggestName(name, Object.keys(COMMANDS));
  const meant = nearestName(
    second,
    groupOf(word).map((each) => each.slice(word.length + 1)),
  );
  if (meant) return `did you mean \`${word} ${meant}\`?`;
  return suggestName(
    '',
    Object.keys(COMMANDS).filter((each) => each.startsWith(word)),
  );
}

const usageOf = (name: string, { synopsis, summary }: Command) => `  batuta ${name} ${synopsis}\n      ${summary}`;

/** Of one command, or of all. @throws UsageError for a name that is none */
async function usage(name: string | undefined): Promise<string> {
  const group = name === undefined ? Object.keys(COMMANDS) : groupOf(name);
  if (name !== undefined && group.length === 0) return `Usage:\n${usageOf(name, await find(name))}`;
  const lines = await Promise.all(group.map(async (each) => usageOf(each, await find(each))));
  return ['Usage:', ...lines, `  batuta ${name === undefined ? '' : `${name} `}[COMMAND] --help`].join('\n');
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
