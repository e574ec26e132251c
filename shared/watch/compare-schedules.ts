import type { ListedSchedule } from '../aws/schedule-list.ts';
import type { LambdaSchedule } from '../aws/scheduler.ts';
import type { Instant } from '../core/time.ts';
import { decideSync } from '../schedule/decide-sync.ts';

export interface Difference {
  name: string;
  what: 'missing' | 'changed' | 'not ours';
}

/** Those whose settings are worth a look of their own: changed since all was as it should be. */
export function worthALook(
  wanted: readonly LambdaSchedule[],
  listed: readonly ListedSchedule[],
  since: Instant | undefined,
): LambdaSchedule[] {
  const changedAt = new Map(listed.map((schedule) => [schedule.name, schedule.changedAt]));
  return wanted.filter(({ name }) => {
    const at = changedAt.get(name);
    return at !== undefined && (since === undefined || at >= since);
  });
}

/** What Scheduler has otherwise than the configuration. `found`: as Scheduler has them, of those that were looked at. */
export function differences(
  wanted: readonly LambdaSchedule[],
  listed: readonly ListedSchedule[],
  found: ReadonlyMap<string, LambdaSchedule | undefined>,
  now: Instant,
): Difference[] {
  const present = new Set(listed.map(({ name }) => name));
  const names = new Set(wanted.map(({ name }) => name));
  const ofWanted = wanted.flatMap((schedule): Difference[] => {
    const { name } = schedule;
    const isThere = found.has(name) ? found.get(name) !== undefined : present.has(name);
    // What is there and was not looked at is as it was when all was well.
    if (isThere && !found.has(name)) return [];
    const { kind } = decideSync(schedule, found.get(name), now);
    if (kind === 'create') return [{ name, what: 'missing' }];
    return kind === 'update' ? [{ name, what: 'changed' }] : [];
  });
  const strays = [...present]
    .filter((name) => !names.has(name))
    .map((name): Difference => ({ name, what: 'not ours' }));
  return [...ofWanted, ...strays];
}
