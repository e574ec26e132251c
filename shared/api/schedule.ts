import { type Instant, iso, plus, toInstant } from '../core/time.ts';
import { type Firing, firingsBetween } from '../schedule/firings.ts';
import { type FrequentFirings, foldFirings } from '../schedule/fold-firings.ts';
import type { Pause } from '../store/pauses.ts';
import type { Api } from './app.ts';
import { findJob } from './find-job.ts';
import type { JobDeps } from './job-deps.ts';
import { cursorAfter, cursorOf, limitOf } from './pages.ts';
import { wrongField } from './ship.ts';
import { readTime } from './time-text.ts';

const dayMs = 86_400_000;
const usualMs = 7 * dayMs;
const longestMs = 400 * dayMs;
/** A time, and how many of that time were shown. */
const position = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)#(\d{1,5})$/;

const isPaused = (pause: Pause | undefined, at: Instant) =>
  pause !== undefined && (pause.until === undefined || pause.until > at);

/** `paused`: as things stand it will start nothing. */
const firingView = ({ at, ...firing }: Firing, pause: Pause | undefined) => ({
  at: iso(at),
  ...firing,
  ...(isPaused(pause, at) ? { paused: true } : {}),
});

export type FiringView = ReturnType<typeof firingView>;

/** @throws BadRequest 422 */
function boundsOf({ from, to }: Record<string, string>, now: Instant): { from: Instant; to: Instant } {
  const begin = from ? readTime('from', from) : now;
  const end = to ? readTime('to', to) : plus(begin, usualMs);
  if (end <= begin) throw wrongField('to', 'must be after from');
  if (end - begin > longestMs) throw wrongField('to', 'must be at most 400 days after from');
  return { from: begin, to: end };
}

const frequentView = ({ last, times, everySeconds, ...firing }: FrequentFirings, pause: Pause | undefined) => ({
  ...firingView(firing, pause),
  times,
  ...(last === undefined ? {} : { last: iso(last) }),
  ...(everySeconds === undefined ? {} : { everySeconds }),
});

export type FrequentView = ReturnType<typeof frequentView>;

/** @throws BadRequest 422 */
function wantsFold(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw wrongField('fold', 'must be true or false');
}

async function pausesOf(deps: JobDeps, firings: readonly Firing[]) {
  const names = [...new Set(firings.map(({ job }) => job))];
  return new Map(await Promise.all(names.map(async (name) => [name, await deps.pauses.get(name)] as const)));
}

/**
 * What fires from `from` (now) to `to` (a week later), in order of time. Paused jobs are marked. With `fold`, schedules
 * that fire often are left out and stand on the first page in `frequent`, one entry each.
 */
async function listFirings(query: Record<string, string>, deps: JobDeps) {
  const { from, to } = boundsOf(query, deps.now());
  const limit = limitOf(query.limit);
  const [, at, shown] = position.exec(cursorOf(query.cursor, position) ?? '') ?? [];
  const skipped = Number(shown ?? 0);
  const jobs = query.job ? { [query.job]: findJob(deps, query.job) } : deps.config.jobs;
  const folded = wantsFold(query.fold) ? foldFirings(jobs, from, to) : undefined;
  const frequent = at === undefined ? folded?.frequent : undefined;
  const begin = at === undefined ? from : toInstant(at);
  const found = firingsBetween(folded?.rare ?? jobs, begin, to, { limit: skipped + limit + 1 });
  const page = found.slice(skipped, skipped + limit);
  const pauses = await pausesOf(deps, [...page, ...(frequent ?? [])]);
  const next = found[skipped + limit];
  return {
    from: iso(from),
    to: iso(to),
    ...(frequent ? { frequent: frequent.map((each) => frequentView(each, pauses.get(each.job))) } : {}),
    firings: page.map((firing) => firingView(firing, pauses.get(firing.job))),
    ...(next ? { cursor: cursorAfter(`${iso(next.at)}#${shownBefore(found, next.at, skipped + limit)}`) } : {}),
  };
}

const shownBefore = (found: readonly Firing[], at: Instant, upTo: number) =>
  found.slice(0, upTo).filter((firing) => firing.at === at).length;

/** Adds the route of what fires when. */
export function addScheduleRoutes(api: Api, deps: JobDeps): void {
  api.get('/api/schedule', async (context) => context.json(await listFirings(context.req.query(), deps)));
}
