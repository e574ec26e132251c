import type { Config } from '../../config/config.ts';
import { type Instant, plus } from '../../core/time.ts';

/** Jobs, and what deployments go to, with when each was in batuta.yml last. */
export interface NamesSeen {
  jobs: Readonly<Record<string, Instant>>;
  services: Readonly<Record<string, Instant>>;
}

/** What a job that left batuta.yml had under way, a fan-out of days for one, may end long after. */
const keptMs = 35 * 86_400_000;

export function seenNow(
  before: NamesSeen | undefined,
  { jobs, services, scheduledTasks }: Pick<Config, 'jobs' | 'services' | 'scheduledTasks'>,
  now: Instant,
): NamesSeen {
  const at = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, now]));
  return {
    jobs: { ...before?.jobs, ...at(jobs) },
    services: { ...before?.services, ...at(services), ...at(scheduledTasks) },
  };
}

/** Without those that left long ago. */
export function lately({ jobs, services }: NamesSeen, now: Instant): NamesSeen {
  const kept = (names: NamesSeen['jobs']) =>
    Object.fromEntries(Object.entries(names).filter(([, at]) => at >= plus(now, -keptMs)));
  return { jobs: kept(jobs), services: kept(services) };
}
