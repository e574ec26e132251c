import type { LogLine } from '../aws/log-events.ts';
import { behind, type LogPlace } from '../aws/log-place.ts';
import type { LogReader } from '../aws/log-reader.ts';
import { BadRequest } from '../core/errors.ts';
import { plus } from '../core/time.ts';
import { logStreamOf, taskIdOf } from '../run/attempts.ts';
import { maskLinesBefore } from '../run/mask-lines.ts';
import type { MaskReader } from '../run/mask-reader.ts';
import type { Run } from '../run/run.ts';
import type { LogCursor } from './logs-cursor.ts';
import { lineCollector } from './logs-lines.ts';
import type { LogQuery } from './logs-query.ts';

interface AttemptStream {
  attempt: number;
  group: string;
  stream: string;
}

interface LogDeps {
  logs: LogReader;
  masks: MaskReader;
}

interface Answer extends Pick<ReturnType<typeof lineCollector>, 'lines' | 'maskLines'> {
  cursor: LogCursor;
  /** Nothing is behind the cursor just now. */
  atEnd: boolean;
}

/** Of one answer: GetLogEvents allows some 25 calls a second of the whole account (docs). */
const callsPerAnswer = 10;

/** A job's task has one container, so each attempt has one stream; what ECS refused has none. */
function streamsOf(run: Run, only: number | undefined): AttemptStream[] {
  if (only !== undefined && !run.attempts.some(({ number }) => number === only)) {
    const known = run.attempts.map(({ number }) => number).join(', ');
    throw new BadRequest(404, `${run.id} has no attempt ${only}; it has: ${known || 'none yet'}`);
  }
  return run.attempts.flatMap(({ number, taskArn, logGroup }) =>
    taskArn === undefined || (only !== undefined && only !== number)
      ? []
      : [{ attempt: number, group: logGroup, stream: logStreamOf(run.job, taskIdOf(taskArn)) }],
  );
}

/** From an attempt to the next one: nothing of that was read. */
const startOf = ({ since }: LogPlace): LogPlace => (since === undefined ? {} : { since });

/** What an answer hides from its first line on; at the start of an attempt that is what earlier ones named. */
async function hiddenBefore(
  run: Run,
  from: AttemptStream & { isStart?: boolean },
  [first]: LogLine[],
  masks: MaskReader,
): Promise<string[]> {
  const before = first ? maskLinesBefore(run, from, from.isStart ? plus(first.at, -1) : first.at) : [];
  return before.length > 0 ? masks.read(before) : [];
}

async function readOn(
  run: Run,
  streams: readonly AttemptStream[],
  query: LogQuery,
  { logs, masks }: LogDeps,
): Promise<Answer> {
  let cursor = query.cursor ?? { attempt: 0, place: query.since === undefined ? {} : { since: query.since } };
  const found = lineCollector(query);
  const { lines, maskLines } = found;
  let isBegun = false;
  for (let calls = 0; calls < callsPerAnswer; calls++) {
    const next = streams.find(({ attempt }) => attempt >= cursor.attempt);
    if (!next) return { lines, maskLines, cursor, atEnd: true };
    if (next.attempt > cursor.attempt) cursor = { attempt: next.attempt, place: startOf(cursor.place) };
    const page = await logs.read(next, cursor.place, query.search === undefined ? found.left() : undefined);
    const isStart = cursor.place.at === undefined && cursor.place.since === undefined;
    if (!isBegun) found.hide(await hiddenBefore(run, { ...next, isStart }, page.lines, masks));
    isBegun ||= page.lines.length > 0;
    const taken = found.take(next.attempt, page.lines);
    cursor = { attempt: next.attempt, place: behind(page, taken) };
    const isFull = taken < page.lines.length || found.left() === 0;
    const isLast = next === streams.at(-1);
    // What is searched for may be rare: an answer looks through several pages.
    const isWorth = query.search === undefined && lines.length > 0;
    if (isFull || isWorth || (page.atEnd && isLast)) return { lines, maskLines, cursor, atEnd: page.atEnd && isLast };
    if (page.atEnd) cursor = { attempt: next.attempt + 1, place: startOf(cursor.place) };
  }
  return { lines, maskLines, cursor, atEnd: false };
}

async function readTail(
  run: Run,
  streams: readonly AttemptStream[],
  { since, tail: count = 0 }: LogQuery,
  { logs, masks }: LogDeps,
): Promise<Answer> {
  const last = streams.at(-1);
  if (!last) {
    const cursor = { attempt: 0, place: since === undefined ? {} : { since } };
    return { lines: [], maskLines: [], cursor, atEnd: true };
  }
  const found = await logs.tail(last, count, since);
  const parts = [{ ...last, lines: found.lines }];
  let missing = count - found.lines.length;
  for (const earlier of streams.slice(0, -1).reverse()) {
    if (missing <= 0) break;
    const { lines } = await logs.tail(earlier, missing, since);
    parts.unshift({ ...earlier, lines });
    missing -= lines.length;
  }
  const first = parts.find(({ lines }) => lines.length > 0);
  const hidden = first ? await hiddenBefore(run, first, first.lines, masks) : [];
  return { ...newest(parts, count, hidden), cursor: { attempt: last.attempt, place: found.place }, atEnd: false };
}

/** The last lines of what was read, as many as an answer holds. */
function newest(
  parts: readonly { attempt: number; lines: LogLine[] }[],
  count: number,
  hidden: string[],
): Pick<Answer, 'lines' | 'maskLines'> {
  for (let dropped = 0; ; ) {
    const shown = lineCollector({ limit: count, search: undefined }, hidden);
    let left = dropped;
    let over = 0;
    for (const { attempt, lines } of parts) {
      const fitting = lines.slice(left);
      left = Math.max(0, left - lines.length);
      over += fitting.length - shown.take(attempt, fitting);
    }
    if (over === 0) return { lines: shown.lines, maskLines: shown.maskLines };
    dropped += over;
  }
}

/** @throws BadRequest 404 for an attempt that the run does not have */
export function readRunLog(run: Run, query: LogQuery, deps: LogDeps): Promise<Answer> {
  const streams = streamsOf(run, query.attempt);
  const isTail = query.cursor === undefined && query.tail !== undefined;
  return isTail ? readTail(run, streams, query, deps) : readOn(run, streams, query, deps);
}
