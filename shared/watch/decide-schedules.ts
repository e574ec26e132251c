import { type Instant, plus } from '../core/time.ts';
import type { Trouble } from '../notify/alerts/alert.ts';
import type { Difference } from './compare-schedules.ts';

/** What is remembered of the comparison of Scheduler with the configuration. */
export interface ScheduleWatch {
  /** The configuration that was compared, and since when the function has it. */
  hash: string;
  since: Instant;
  lookedAt?: Instant;
  /** Everything was as it should be then. */
  matchedAt?: Instant;
  /** As the last look found them: told if the next one finds them too. */
  differing: readonly Difference[];
  /** Names that were told. */
  told: readonly string[];
}

const minute = 60_000;
const everyMs = 60 * minute;
/** A new configuration reaches Scheduler after the functions: by a custom resource, in the same deployment. */
const settlingMs = 15 * minute;

export const newScheduleWatch = (hash: string, now: Instant): ScheduleWatch => ({
  hash,
  since: now,
  differing: [],
  told: [],
});

/** Whether to look now: every hour, with a new configuration once it has settled, and again soon at what differs. */
export function isDue({ since, lookedAt, differing }: ScheduleWatch, now: Instant): boolean {
  if (now < plus(since, settlingMs)) return false;
  return lookedAt === undefined || differing.length > 0 || now >= plus(lookedAt, everyMs);
}

export interface Compared {
  watch: ScheduleWatch;
  /** To be told now. */
  differing: readonly Difference[];
  isOver: boolean;
}

/** What a look comes to: a difference is told when two looks in a row found it, as a deployment may be under way. */
export function decideSchedules(watch: ScheduleWatch, found: readonly Difference[], now: Instant): Compared {
  const seen = new Set(watch.differing.map(({ name, what }) => `${what} ${name}`));
  const differing = found.filter(({ name, what }) => seen.has(`${what} ${name}`));
  const isOver = found.length === 0;
  const told = isOver ? [] : [...new Set([...watch.told, ...differing.map(({ name }) => name)])];
  return {
    watch: {
      ...watch,
      lookedAt: now,
      ...(isOver ? { matchedAt: now } : {}),
      differing: found.slice(0, 200),
      told: told.slice(-200),
    },
    differing,
    isOver,
  };
}

const mostNames = 10;

/** `backup (changed), report (missing) and 3 more` */
function named(differing: readonly Difference[]): string {
  const told = differing.slice(0, mostNames).map(({ name, what }) => `${name} (${what})`);
  const more = differing.length - told.length;
  return `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The trouble that the differences are; undefined where there are none. `known`: names told before. */
export function troubleOfSchedules(
  differing: readonly Difference[],
  known: readonly string[],
  at: Instant,
): Trouble | undefined {
  const names = differing.map(({ name }) => name);
  const fresh = names.filter((name) => !known.includes(name));
  const [id = names[0], ...also] = fresh;
  if (id === undefined) return undefined;
  return {
    key: 'schedules',
    kind: 'batuta-schedules-differ',
    cause: `${names.length} ${names.length === 1 ? 'schedule is' : 'schedules are'} otherwise in EventBridge Scheduler: ${named(differing)}`,
    hint: 'somebody changed them by hand, or the last deployment could not write them: deploy the stack again with a changed batuta.yml, or put them back in Scheduler',
    facts: [{ label: 'Schedules', value: named(differing) }],
    id,
    also,
    at,
  };
}
