import type { LogAnswer } from '../../shared/api/logs.ts';
import { apiSynopsis } from '../api.ts';
import { apiCommand } from '../arguments.ts';
import { type Terminal, UsageError } from '../command.ts';
import { followLog } from '../follow-log.ts';
import { jsonText } from '../safe-terminal.ts';

type Line = LogAnswer['lines'][number];

/** Lines alone go to `out` or `log`, so that they can be piped; what is said about them goes to `error`. */
export function linePrinter({ out, error, log = out }: Terminal, { json = false, timestamps = false } = {}) {
  let attempt: number | undefined;
  return (lines: readonly Line[]): void => {
    for (const line of lines) {
      if (!json && attempt !== undefined && line.attempt !== attempt) error(`--- attempt ${line.attempt}`);
      attempt = line.attempt;
      if (json) out(jsonText(line));
      else log(timestamps ? `${line.at} ${line.message}` : line.message);
    }
  };
}

function tailOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 10_000)
    throw new UsageError(`--tail ${text} is not a whole number from 0 to 10000`);
  return Number(text);
}

/** With `--follow` too the exit code says whether the lines could be read, not how the run ended. */
export const logs = apiCommand({
  name: 'logs',
  synopsis: `RUN [--follow] [--since TIME|10m] [--tail N] [--search TEXT] [--attempt N] [--timestamps] ${apiSynopsis}`,
  summary:
    'what a run printed, in all its attempts; with --follow until it is over: ECS hands lines on about every 5 s, each is shown within a second then',
  options: {
    follow: { type: 'boolean', short: 'f' },
    since: { type: 'string' },
    tail: { type: 'string' },
    search: { type: 'string' },
    attempt: { type: 'string' },
    timestamps: { type: 'boolean' },
  },
  names: [1, 1],
  async act({ names: [id = ''], values, json }, api, terminal) {
    const { since, search, attempt, timestamps = false, follow = false } = values;
    const print = linePrinter(terminal, { json, timestamps });
    let shown = 0;
    const wish = { follow, since, tail: tailOf(values.tail), search, attempt };
    const { state, fanOut } = await followLog(api, id, wish, terminal, (lines) => {
      shown += lines.length;
      print(lines);
    });
    const rest = fanOut ? `; batuta runs ${id} --items lists its items` : '';
    const verb = fanOut ? 'prints nothing itself and is' : verbFor(shown, wish);
    if (!json && (follow || shown === 0)) terminal.error(`${id} ${verb} ${state}${rest}`);
    return 0;
  },
});

function verbFor(shown: number, { since, search, attempt, tail }: Readonly<Record<string, unknown>>): string {
  if (shown > 0) return 'is';
  const chosen = since ?? search ?? attempt ?? (tail === 0 ? tail : undefined);
  return chosen === undefined ? 'has printed nothing and is' : 'has no such lines and is';
}
