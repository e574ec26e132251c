import { parseSchedule } from '../../schedule/parse.ts';
import { type Finding, type Path, splitAdvice } from '../problem.ts';
import { scheduleExpression } from '../schedule-expression.ts';
import { timeZoneProblem } from '../time-zone.ts';
import { type Check, type CheckInput, entries, type JobDraft } from './check.ts';

type Schedule = NonNullable<JobDraft['schedule']>;
const KINDS = ['cron', 'rate', 'at'] as const;

/** Each schedule is exactly one of cron, rate and at, and Scheduler will take it. */
export const checkSchedules: Check = (input) =>
  entries(input.draft.jobs, 'jobs').flatMap(([, { schedule }, path]) =>
    schedule === undefined ? [] : checkSchedule(schedule, [...path, 'schedule'], input),
  );

function checkSchedule(schedule: Schedule, path: Path, { given }: CheckInput): Finding[] {
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
  return [...checkTimezone(schedule, path), ...checkExpression(kind, text, path)];
}

function checkExpression(kind: 'cron' | 'rate' | 'at', text: string, path: Path): Finding[] {
  const at = [...path, kind];
  if (text.startsWith(`${kind}(`))
    return [{ path: at, message: `\`${kind}\` stands here twice`, write: `write only what is inside ${kind}(…)` }];
  const parsed = parseSchedule(scheduleExpression({ [kind]: text }));
  return parsed.ok ? [] : [{ path: at, ...splitAdvice(parsed.problem) }];
}

function checkTimezone({ timezone }: Schedule, path: Path): Finding[] {
  const problem = timezone === undefined ? undefined : timeZoneProblem(timezone);
  return problem === undefined ? [] : [{ path: [...path, 'timezone'], ...splitAdvice(problem) }];
}
