import { nextFire } from '../../schedule/next-fire.ts';
import { parseSchedule } from '../../schedule/parse.ts';
import { jobSchedules } from '../job-schedules.ts';
import { type Finding, type Path, splitAdvice } from '../problem.ts';
import { scheduleExpression } from '../schedule-expression.ts';
import { timeZoneProblem } from '../time-zone.ts';
import { type Check, type CheckInput, type JobDraft, jobsOf } from './check.ts';
import { checkGiven } from './param-rules.ts';

export type ScheduleDraft = NonNullable<JobDraft['schedule']>;
const KINDS = ['cron', 'rate', 'at'] as const;

/** Each schedule is exactly one of cron, rate and at, Scheduler will take it, and the job takes its parameters. */
export const checkSchedules: Check = (input) =>
  jobsOf(input).flatMap(([name, job, path]) => [
    ...checkKeys(path, input),
    ...schedulesOf(job, path).flatMap(([key, schedule, at]) => [
      ...checkName(name, key, at),
      ...checkSchedule(schedule, at, input),
      ...checkTimes(schedule, at, input),
      ...checkGiven(name, schedule.params ?? {}, [...at, 'params'], at, input),
    ]),
  ]);

/** The schedules that are there, with their name and place. */
export function schedulesOf(job: JobDraft, path: Path): [string, ScheduleDraft, Path][] {
  return jobSchedules<ScheduleDraft | undefined>(job).flatMap(([name, schedule]) => {
    if (schedule === undefined) return [];
    const key = schedule === job.schedule ? ['schedule'] : ['schedules', name];
    return [[name, schedule, [...path, ...key]] satisfies [string, ScheduleDraft, Path]];
  });
}

function checkKeys(path: Path, { given }: CheckInput): Finding[] {
  if (!given([...path, 'schedule']) || !given([...path, 'schedules'])) return [];
  const write = 'move it in here under a name of its own';
  return [{ path: [...path, 'schedules'], message: 'there is a `schedule` already', write }];
}

/** Source: EventBridge Scheduler API reference, CreateSchedule `Name`. */
function checkName(job: string, key: string, path: Path): Finding[] {
  const name = `${job}.${key}`;
  if (path.at(-2) !== 'schedules' || name.length <= 64) return [];
  const message = `is ${name.length} characters long together with its job, Scheduler takes 64`;
  return [{ path, message, write: 'shorten one of the two' }];
}

function checkSchedule(schedule: ScheduleDraft, path: Path, { given }: CheckInput): Finding[] {
  const kinds = KINDS.filter((kind) => given([...path, kind]));
  const [kind, other] = kinds;
  if (kind === undefined) {
    return [
      { path, message: 'does not say when', write: 'write one of cron, rate and at, such as `cron: "0 3 * * ? *"`' },
    ];
  }
  if (other !== undefined) {
    return [{ path: [...path, other], message: `there is \`${kind}\` already`, write: 'keep one of the two' }];
  }
  const text = schedule[kind];
  if (text === undefined) return [];
  const zone = checkTimezone(schedule, path);
  return [...zone, ...checkExpression(kind, text, zone.length > 0 ? 'UTC' : schedule.timezone, path)];
}

function checkExpression(
  kind: (typeof KINDS)[number],
  text: string,
  timezone: string | undefined,
  path: Path,
): Finding[] {
  const at = [...path, kind];
  if (text.startsWith(`${kind}(`))
    return [{ path: at, message: `\`${kind}\` stands here twice`, write: `write only what is inside ${kind}(…)` }];
  const parsed = parseSchedule(scheduleExpression({ [kind]: text }), timezone);
  if (!parsed.ok) return [{ path: at, ...splitAdvice(parsed.problem) }];
  if (nextFire(parsed.schedule, -1) !== undefined) return [];
  const message =
    kind === 'at'
      ? `does not exist in ${timezone}: clocks go forward over it`
      : `never fires: clocks in ${timezone} go forward over each of its times`;
  if (kind === 'at' || firesInUtc(text)) return [{ path: at, message, write: 'write a time an hour later' }];
  return [{ path: at, message: 'never fires', write: 'write a day that there is' }];
}

/** Without changes of the clocks. */
function firesInUtc(cron: string): boolean {
  const parsed = parseSchedule(scheduleExpression({ cron }));
  return parsed.ok && nextFire(parsed.schedule, -1) !== undefined;
}

function checkTimezone({ timezone }: ScheduleDraft, path: Path): Finding[] {
  const problem = timezone === undefined ? undefined : timeZoneProblem(timezone);
  return problem === undefined ? [] : [{ path: [...path, 'timezone'], ...splitAdvice(problem) }];
}

/** Scheduler ignores StartDate for one-time schedules. Source: its API reference, CreateSchedule `StartDate`. */
function checkTimes({ start, end }: ScheduleDraft, path: Path, { given }: CheckInput): Finding[] {
  if (given([...path, 'at'])) {
    const stray = (['start', 'end', 'window'] as const).filter((key) => given([...path, key]));
    return stray.map((key) => ({
      path: [...path, key],
      message: 'says nothing about a single time',
      write: 'remove it',
    }));
  }
  if (start === undefined || end === undefined || Date.parse(end) > Date.parse(start)) return [];
  return [{ path: [...path, 'end'], message: 'is not after `start`', write: 'write a later time' }];
}
