import type { Config, JobConfig } from '../config/config.ts';
import type { Run } from './run.ts';
import type { Slots } from './slots.ts';

/** One limit that a run counts in. */
export interface Limit {
  scope: string;
  atOnce: number;
  /** What becomes of a run that finds it full. */
  whenFull: 'skip' | 'queue' | 'replace';
  /** More than these do not wait. */
  queueLimit: number;
  /** For people: `of db-backup`. */
  whose: string;
}

/**
 * In groups and in the whole installation: a bound against a flood. Above what waits in practice: the items of several
 * fan-outs, or thousands of schedules for the same minute.
 */
const mostWaiting = 50_000;

/**
 * The limits of a run, in the order in which they are claimed, always the same, so that no two runs wait for
 * each other. The items of a fan-out do not count in their job's own limit: their parent does.
 */
export function limitsOf(run: Run, { jobs, limits }: Pick<Config, 'jobs' | 'limits'>): Limit[] {
  const job = (Object.hasOwn(jobs, run.job) && jobs[run.job]) || run.spec;
  const group = job.group !== undefined && Object.hasOwn(limits.groups, job.group) ? job.group : undefined;
  const shared = { whenFull: 'queue', queueLimit: mostWaiting } as const;
  const own = run.trigger.kind === 'item' ? undefined : ownLimit(run, job);
  // A fan-out has no task of its own.
  if (run.fanOut) return own ? [own] : [];
  return [
    ...(own ? [own] : []),
    ...(group === undefined
      ? []
      : [
          {
            scope: `group#${group}`,
            atOnce: limits.groups[group]?.maxParallel ?? 1,
            whose: `of the group ${group}`,
            ...shared,
          },
        ]),
    ...(limits.maxParallel === undefined
      ? []
      : [{ scope: 'all', atOnce: limits.maxParallel, whose: 'in all (maxParallel)', ...shared }]),
  ];
}

function ownLimit(run: Run, { overlap, maxParallel = 1, queueLimit, name }: JobConfig): Limit | undefined {
  if (overlap === 'allow') return undefined;
  const limit = { scope: `job#${name}`, atOnce: maxParallel, whose: `of ${name}` };
  // A deployment waits for its job: it is never skipped for another run of it.
  if (run.trigger.kind === 'deployment') return { ...limit, whenFull: 'queue', queueLimit: mostWaiting };
  return { ...limit, whenFull: overlap, queueLimit };
}

export type Claim =
  | { kind: 'held' }
  /** There is room, and nobody waits before it. */
  | { kind: 'take' }
  | { kind: 'wait'; why: string }
  /** The oldest is stopped, those who wait give way, and then it waits for the room. */
  | { kind: 'replace'; stop: string; why: string }
  | { kind: 'skip'; because: 'overlap' | 'queue-full'; why: string };

const underWay = (count: number, whose: string) =>
  count === 1 ? `1 run ${whose} is under way` : `${count} runs ${whose} are under way`;

/** Whether a run may count in a limit now. `isNext`: it stands in front of the queue, or nobody does. */
export function decideClaim(
  { id, parked }: Pick<Run, 'id' | 'parked'>,
  limit: Limit,
  { running, waiting }: Pick<Slots, 'running' | 'waiting'>,
  isNext: boolean,
): Claim {
  if (running.includes(id)) return { kind: 'held' };
  const isFull = running.length >= limit.atOnce;
  if (!isFull && isNext) return { kind: 'take' };
  const why = isFull
    ? `${underWay(running.length, limit.whose)}, as many as may be at once`
    : `others wait before it, for runs ${limit.whose}`;
  if (parked === limit.scope) return { kind: 'wait', why };
  if (isFull && limit.whenFull === 'skip') return { kind: 'skip', because: 'overlap', why };
  if (limit.whenFull === 'replace' && isFull) return { kind: 'replace', stop: running[0] ?? '', why };
  if (waiting >= limit.queueLimit)
    return { kind: 'skip', because: 'queue-full', why: `${why}, and ${waiting} wait already` };
  return { kind: 'wait', why };
}
