import type { ScheduleList } from '../aws/schedule-list.ts';
import type { LambdaSchedule, Scheduler } from '../aws/scheduler.ts';
import type { Instant } from '../core/time.ts';
import type { AlertSubject } from '../notify/alerts/alert.ts';
import { noteOver } from '../notify/alerts/alerts.ts';
import { inParallel } from '../run/in-parallel.ts';
import type { Table } from '../store/table.ts';
import { type Difference, differences, worthALook } from './compare-schedules.ts';
import {
  decideSchedules,
  isDue,
  newScheduleWatch,
  type ScheduleWatch,
  troubleOfSchedules,
} from './decide-schedules.ts';
import { note, patiently, type WatchDeps } from './watch-deps.ts';

export interface SchedulesDeps extends WatchDeps {
  table: Table;
  schedules: ScheduleList;
  scheduler: Pick<Scheduler, 'find'>;
  /** The schedules' group in Scheduler, which is ours alone. */
  group: string;
  hash: string;
  wanted: readonly LambdaSchedule[];
}

const subject: AlertSubject = { kind: 'batuta', name: 'schedules' };
const key = { pk: 'watch#differences', sk: 'watch' };
/** Looked at at once: GetSchedule allows hundreds a second. */
const width = 8;
/** What was changed while a look went on is looked at again. */
const overlapMs = 5 * 60_000;

/**
 * Compares Scheduler with the configuration once an hour: one ListSchedules per hundred schedules, and GetSchedule for
 * those that were changed since all was as it should be.
 */
export async function watchSchedules(deps: SchedulesDeps): Promise<void> {
  const now = deps.now();
  const item = await deps.table.get(key);
  const known = item?.watch as ScheduleWatch | undefined;
  const watch = known?.hash === deps.hash ? known : { ...newScheduleWatch(deps.hash, now), told: known?.told ?? [] };
  const next = isDue(watch, now) ? await look(deps, watch, now) : watch;
  const version = item?.version ?? 0;
  // Of two at once the other one's look counts.
  if (next !== known) await deps.table.put({ ...key, version: version + 1, watch: next }, version);
}

async function look(deps: SchedulesDeps, watch: ScheduleWatch, now: Instant): Promise<ScheduleWatch> {
  const found = await compare(deps, watch, now);
  const { watch: next, differing, isOver } = decideSchedules(watch, found, now);
  const trouble = troubleOfSchedules(differing, watch.told, now);
  if (trouble) await note(deps, subject, trouble);
  if (isOver)
    await patiently(deps, subject.name, () => noteOver(deps.alerts, subject, { at: now, causes: ['schedules'] }));
  return next;
}

async function compare(deps: SchedulesDeps, { matchedAt }: ScheduleWatch, now: Instant): Promise<Difference[]> {
  const { wanted, group } = deps;
  const listed = await deps.schedules.list(group);
  const since = matchedAt === undefined ? undefined : ((matchedAt - overlapMs) as Instant);
  const found = new Map<string, LambdaSchedule | undefined>();
  await inParallel(worthALook(wanted, listed, since), width, async ({ name }) => {
    found.set(name, await deps.scheduler.find(group, name));
  });
  return differences(wanted, listed, found, now);
}
