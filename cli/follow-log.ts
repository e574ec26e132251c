import { setTimeout as wait } from 'node:timers/promises';
import type { LogAnswer } from '../shared/api/logs.ts';
import { terminalRunStates } from '../shared/run/run.ts';
import { type Api, Refusal } from './api.ts';
import type { Terminal } from './command.ts';

type Line = LogAnswer['lines'][number];

export interface LogWish {
  /** Until the run is over; else as far as there are lines now. */
  follow: boolean;
  /** As in the API's query. */
  since?: string | undefined;
  tail?: number | undefined;
  search?: string | undefined;
  attempt?: string | undefined;
}

/** GetLogEvents takes some 25 calls a second of the whole account (docs): a reader leaves half to others. */
const betweenMs = 100;
/** An answer to a search that goes on took ten of those calls. */
const betweenSearchesMs = 500;
/** With the answer's own time a line is seen within a second of its ingestion. */
const idleMs = { first: 250, longest: 700 };
const mostFailures = 5;
const longestPatienceMs = 10_000;

/** A log is not over because an answer got lost, or as long as the API asks for patience. */
async function ask(api: Api, path: string, sleep: (ms: number) => Promise<void>): Promise<LogAnswer> {
  for (let failures = 1, waits = 0; ; ) {
    try {
      return (await api.get(path)) as LogAnswer;
    } catch (error) {
      const after = error instanceof Refusal ? error.retryAfterMs : undefined;
      if (after !== undefined) {
        // Not all readers at the same moment.
        await sleep(Math.min(longestPatienceMs, after * 2 ** waits++) * (1 + Math.random() / 2));
        continue;
      }
      if (error instanceof Refusal || failures === mostFailures) throw error;
      await sleep(1000 * failures++);
    }
  }
}

function pathOf(id: string, wish: LogWish, cursor: string | undefined): string {
  const query = new URLSearchParams();
  const { search, attempt, since, tail } = wish;
  if (search !== undefined) query.set('search', search);
  if (attempt !== undefined) query.set('attempt', attempt);
  if (cursor !== undefined) query.set('cursor', cursor);
  if (since !== undefined && cursor === undefined) query.set('since', since);
  if (tail !== undefined && search === undefined && cursor === undefined) query.set('tail', `${tail}`);
  return `/runs/${encodeURIComponent(id)}/logs?${query}`;
}

/** The last lines of a search are known only at its end. */
function holdBack({ tail, search }: LogWish, show: (lines: readonly Line[]) => void) {
  let held: Line[] | undefined = tail === undefined || search === undefined ? undefined : [];
  return (lines: readonly Line[], atEnd: boolean): void => {
    held &&= tail ? [...held, ...lines].slice(-tail) : [];
    if (held && !atEnd) return;
    show(held ?? lines);
    held = undefined;
  };
}

/**
 * Shows a run's lines in order, each once; resolves with the last answer, which has the run's state.
 * @throws Refusal with what the API says, UsageError where it cannot be reached for long
 */
export async function followLog(
  api: Api,
  id: string,
  wish: LogWish,
  { sleep = wait }: Pick<Terminal, 'sleep'>,
  show: (lines: readonly Line[]) => void,
): Promise<LogAnswer> {
  const tell = holdBack(wish, show);
  let cursor: string | undefined;
  let idle: number = idleMs.first;
  for (;;) {
    const answer = await ask(api, pathOf(id, wish, cursor), sleep);
    cursor = answer.cursor;
    tell(answer.lines, answer.atEnd);
    // What was printed last may show a moment after the end.
    const mayCome = wish.follow || terminalRunStates.has(answer.state);
    if (answer.complete || (answer.atEnd && !mayCome)) return answer;
    const isIdle = answer.atEnd && answer.lines.length === 0;
    const isSearching = wish.search !== undefined && !answer.atEnd;
    await sleep(isIdle ? idle : isSearching ? betweenSearchesMs : betweenMs);
    idle = isIdle ? Math.min(idleMs.longest, Math.round(idle * 1.5)) : idleMs.first;
  }
}
