import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Api, apiOptions, connectApi } from './api.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { jsonText } from './safe-terminal.ts';

interface ApiCommand<Options extends ParseArgsOptionsConfig> {
  name: string;
  synopsis: string;
  summary: string;
  options: Options;
  /** What may stand without a dash: at least and at most so many. */
  names: readonly [least: number, most: number];
  /** Resolves to the exit code. */
  act(asked: Asked<Options>, api: Api, terminal: Terminal): Promise<number>;
}

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; args: string[]; allowPositionals: true }>
>['values'];

interface Asked<Options extends ParseArgsOptionsConfig> {
  names: string[];
  values: Values<Options>;
  json: boolean;
}

/** A command that calls the API. */
export function apiCommand<const Options extends ParseArgsOptionsConfig>({
  name,
  synopsis,
  summary,
  options,
  names: [least, most],
  act,
}: ApiCommand<Options>): Command {
  return {
    synopsis,
    summary,
    run: async (args, terminal, environment) => {
      const { values, positionals: names } = parseArgs({
        args,
        options: { ...options, ...apiOptions },
        allowPositionals: true,
      });
      if (names.length < least || names.length > most) throw new UsageError(`usage: batuta ${name} ${synopsis}`);
      const { api, token, json } = values as { api?: string; token?: string; json?: boolean };
      return act(
        { names, values: values as Values<Options>, json: json === true },
        connectApi({ api, token }, environment),
        terminal,
      );
    },
  };
}

/** Prints the answer as it came where `--json` asks for it, else in words. */
export function tell<Answer>(
  { out }: Terminal,
  json: boolean,
  answer: Answer,
  inWords: (answer: Answer) => readonly string[],
): void {
  for (const line of json ? [jsonText(answer)] : inWords(answer)) out(line);
}

/** What was given of these, without the rest: a request's body or its query. */
export const given = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== false));
