import { isThrottle } from '../aws/connection.ts';
import { AwsCallFailed, BadRequest } from '../core/errors.ts';
import { type Instant, plus } from '../core/time.ts';
import { withMaskLine } from '../run/mask-lines.ts';
import { maskLineUnread } from '../run/mask-reader.ts';
import { type Run, terminalRunStates } from '../run/run.ts';
import type { Api, ApiDeps } from './app.ts';
import { findRun } from './find-run.ts';
import { encodeCursor } from './logs-cursor.ts';
import type { ShownLine } from './logs-lines.ts';
import { readLogQuery } from './logs-query.ts';
import { readRunLog } from './logs-read.ts';

/** `GET /api/runs/{id}/logs` */
export interface LogAnswer {
  state: Run['state'];
  lines: ShownLine[];
  /** Goes on behind these lines, also a week later. */
  cursor: string;
  /** Nothing was behind the cursor just now; without it there may be more even where there are no lines. */
  atEnd: boolean;
  /** There will be no more. */
  complete: boolean;
  /** It prints nothing itself: its items do. */
  fanOut?: true;
}

/** What was printed last shows this long after the end: CloudWatch Logs promises no time (docs). */
const settleMs = 3000;

function isSettled(run: Run, attempt: number | undefined, now: Instant): boolean {
  const one = run.attempts.find(({ number }) => number === attempt);
  const ended = terminalRunStates.has(run.state) ? (run.finishedAt ?? run.createdAt) : undefined;
  const at = one?.stoppedAt ?? ended;
  return at !== undefined && now >= plus(at, settleMs);
}

function inPatience(error: unknown): unknown {
  if (!(error instanceof AwsCallFailed)) return error;
  if (error.code === maskLineUnread)
    return error.retryable
      ? new BadRequest(429, `${error.message}; ask again with the same cursor`)
      : new BadRequest(410, `${error.message}; read the lines behind it in CloudWatch Logs`);
  if (!isThrottle(error.cause)) return error;
  return new BadRequest(429, 'CloudWatch Logs allows no more reading just now; ask again with the same cursor');
}

/** Who goes on from the cursor must know of them, also where their subscription has not told of them yet. */
async function noteMaskLines(run: Run, lines: readonly { attempt: number; at: Instant }[], deps: ApiDeps) {
  const noted = (before: Run) => lines.reduce((known, { attempt, at }) => withMaskLine(known, attempt, at), before);
  const change = (before: Run) => (noted(before) === before ? undefined : noted(before));
  if (change(run)) await deps.stores.runs.update(run.id, change);
}

async function answer(id: string, given: Readonly<Record<string, string>>, deps: ApiDeps): Promise<LogAnswer> {
  const query = readLogQuery(given, deps.now());
  const run = await findRun(id, deps);
  const { lines, maskLines, cursor, atEnd } = await readRunLog(run, query, deps).catch((error: unknown) => {
    throw inPatience(error);
  });
  const fanOut = run.fanOut !== undefined;
  await noteMaskLines(run, maskLines, deps);
  const complete = atEnd && (fanOut || isSettled(run, query.attempt, deps.now()));
  const rest = fanOut ? ({ fanOut } as const) : {};
  return { state: run.state, lines, cursor: encodeCursor(cursor), atEnd, complete, ...rest };
}

/** Adds the route of runs' logs. */
export function addLogRoutes(api: Api, deps: ApiDeps): void {
  api.get('/api/runs/:id/logs', async (context) =>
    context.json(await answer(context.req.param('id'), context.req.query(), deps)),
  );
}
