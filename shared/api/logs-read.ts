import type { LogLine } from '../aws/log-events.ts';
import { behind, type LogPlace } from '../aws/log-place.ts';
import type { LogReader } from '../aws/log-reader.ts';
import { BadRequest } from '../core/errors.ts';
import { logStreamOf, taskIdOf } from '../run/attempts.ts';
import type { Run } from '../run/run.ts';
import type { LogCursor } from './logs-cursor.ts';
import { lineCollector, type ShownLine } from './logs-lines.ts';
import type { LogQuery } from './logs-query.ts';

interface AttemptStream {
  attempt: number;
  group: string;
  stream: string;
}

interface Answer {
  lines: ShownLine[];
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

async function readOn(streams: readonly AttemptStream[], query: LogQuery, logs: LogReader): Promise<Answer> {
  let cursor = query.cursor ?? { attempt: 0, place: query.since === undefined ? {} : { since: query.since } };
  const found = lineCollector(query);
  for (let calls = 0; calls < callsPerAnswer; calls++) {
    const next = streams.find(({ attempt }) => attempt >= cursor.attempt);
    if (!next) return { lines: found.lines, cursor, atEnd: true };
    if (next.attempt > cursor.attempt) cursor = { attempt: next.attempt, place: startOf(cursor.place) };
    const page = await logs.read(next, cursor.place, query.search === undefined ? found.left() : undefined);
    const taken = found.take(next.attempt, page.lines);
    cursor = { attempt: next.attempt, place: behind(page, taken) };
    const isFull = taken < page.lines.length || found.left() === 0;
    const isLast = next === streams.at(-1);
    // What is searched for may be rare: an answer looks through several pages.
    const isWorth = query.search === undefined && found.lines.length > 0;
    if (isFull || isWorth || (page.atEnd && isLast)) return { lines: found.lines, cursor, atEnd: page.atEnd && isLast };
    if (page.atEnd) cursor = { attempt: next.attempt + 1, place: startOf(cursor.place) };
  }
  return { lines: found.lines, cursor, atEnd: false };
}

async function readTail(
  streams: readonly AttemptStream[],
  { since, tail: count = 0 }: LogQuery,
  logs: LogReader,
): Promise<Answer> {
  const last = streams.at(-1);
  if (!last) return { lines: [], cursor: { attempt: 0, place: since === undefined ? {} : { since } }, atEnd: true };
  const found = await logs.tail(last, count, since);
  const parts = [{ attempt: last.attempt, lines: found.lines }];
  let missing = count - found.lines.length;
  for (const earlier of streams.slice(0, -1).reverse()) {
    if (missing <= 0) break;
    const { lines } = await logs.tail(earlier, missing, since);
    parts.unshift({ attempt: earlier.attempt, lines });
    missing -= lines.length;
  }
  return { lines: newest(parts, count), cursor: { attempt: last.attempt, place: found.place }, atEnd: false };
}

/** The last lines of what was read, as many as an answer holds. */
function newest(parts: readonly { attempt: number; lines: LogLine[] }[], count: number): ShownLine[] {
  for (let dropped = 0; ; ) {
    const shown = lineCollector({ limit: count, search: undefined });
    let left = dropped;
    let over = 0;
    for (const { attempt, lines } of parts) {
      const fitting = lines.slice(left);
      left = Math.max(0, left - lines.length);
      over += fitting.length - shown.take(attempt, fitting);
    }
    if (over === 0) return shown.lines;
    dropped += over;
  }
}

/** @throws BadRequest 404 for an attempt that the run does not have */
export function readRunLog(run: Run, query: LogQuery, logs: LogReader): Promise<Answer> {
  const streams = streamsOf(run, query.attempt);
  const isTail = query.cursor === undefined && query.tail !== undefined;
  return isTail ? readTail(streams, query, logs) : readOn(streams, query, logs);
}
