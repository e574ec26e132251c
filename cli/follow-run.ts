import { setTimeout as wait } from 'node:timers/promises';
import type { RunView } from '../shared/api/run-view.ts';
import { type Api, Refusal } from './api.ts';
import type { Terminal } from './command.ts';
import { linePrinter } from './commands/logs.ts';
import { followLog } from './follow-log.ts';
import { localTime } from './print.ts';
import { runLines, whyOf } from './run-lines.ts';
import { jsonText } from './safe-terminal.ts';

const everyMs = 2000;
const mostFailures = 5;

/** A run is not over because an answer got lost: only what the API refuses is thrown at once. */
async function look(api: Api, id: string, sleep: (ms: number) => Promise<void>): Promise<RunView> {
  for (let failures = 1; ; failures++) {
    try {
      return ((await api.get(`/runs/${id}`)) as { run: RunView }).run;
    } catch (error) {
      const isRefused = error instanceof Refusal && error.retryAfterMs === undefined;
      if (isRefused || failures === mostFailures) throw error;
      await sleep(everyMs * failures);
    }
  }
}

/** Tells how far it is until every item has ended. */
async function followItems(api: Api, id: string, { error, sleep = wait }: Terminal): Promise<RunView> {
  let told = '';
  for (;;) {
    const run = await look(api, id, sleep);
    if (run.finishedAt !== undefined) return run;
    const far = whyOf(run);
    if (far && far !== told) error(`${run.job} is ${run.state}: ${far}`);
    told = far;
    await sleep(everyMs);
  }
}

/**
 * Prints what the run prints, of a fan-out how far it is, until it is over, and then what became of it. Lines alone
 * go to `out`, so that they can be piped. The exit code is 0 only for a success.
 */
export async function followRun(api: Api, started: RunView, terminal: Terminal, json: boolean): Promise<number> {
  const { id, job, waitsUntil, fanOut } = started;
  const { out, error, sleep = wait } = terminal;
  error(`${job} ${id} is ${started.state}${waitsUntil ? `, waits until ${localTime(waitsUntil)}` : ''}`);
  if (!fanOut) await followLog(api, id, { follow: true }, terminal, linePrinter(terminal, { json }));
  const run = fanOut ? await followItems(api, id, terminal) : await look(api, id, sleep);
  if (json) out(jsonText({ run }));
  else for (const line of runLines(run)) error(line);
  return run.state === 'succeeded' ? 0 : 1;
}
