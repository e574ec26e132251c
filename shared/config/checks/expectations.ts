import { nextFire } from '../../schedule/next-fire.ts';
import { parseSchedule } from '../../schedule/parse.ts';
import { durationMs } from '../duration.ts';
import type { Finding } from '../problem.ts';
import { scheduleExpression } from '../schedule-expression.ts';
import { expectedEvery } from '../schema/job.ts';
import { type Check, jobsOf } from './check.ts';
import { type ScheduleDraft, schedulesOf } from './schedules.ts';

/** No success is expected before a job's own schedules can bring one. */
export const checkExpectations: Check = (input) =>
  jobsOf(input).flatMap(([, job, path]): Finding[] => {
    if (job.expect === undefined) return [];
    const gap = shortestGapMs(schedulesOf(job, path).map(([, schedule]) => schedule));
    if (gap === undefined || durationMs(expectedEvery(job.expect)) >= gap) return [];
    const message = `its schedule starts it every ${spoken(gap)} at most`;
    return [{ path: [...path, 'expect'], message, write: 'write at least that, and the time that it takes' }];
  });

// Any time will do; no zone changes its clock in the days after.
const SOME_DAY = Date.UTC(2027, 0, 11);
const FIRINGS = 20;

/** Between two firings of any of them, of the next few of each; undefined where there are no two. */
function shortestGapMs(schedules: readonly ScheduleDraft[]): number | undefined {
  const times = schedules.flatMap(firings).sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}

function firings(schedule: ScheduleDraft): number[] {
  const parsed = parseSchedule(scheduleExpression(schedule), schedule.timezone);
  if (!parsed.ok) return [];
  const times: number[] = [];
  for (let at = nextFire(parsed.schedule, SOME_DAY); at !== undefined; at = nextFire(parsed.schedule, at)) {
    times.push(at);
    if (times.length === FIRINGS) break;
  }
  return times;
}

function spoken(ms: number): string {
  const [unit, size] =
    ms % 86_400_000 === 0 ? ['d', 86_400_000] : ms % 3_600_000 === 0 ? ['h', 3_600_000] : ['m', 60_000];
  return `${ms / Number(size)}${unit}`;
}
