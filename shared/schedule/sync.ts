import type { LambdaSchedule, Scheduler } from '../aws/scheduler.ts';
import type { Instant } from '../core/time.ts';
import { decideSync } from './decide-sync.ts';
import { codeOfCall, type Patience, patiently } from './patience.ts';
import { untilOneFails } from './until-one-fails.ts';

export interface SyncReport {
  created: string[];
  updated: string[];
  deleted: string[];
  /** So many were there as they are wanted. */
  unchanged: number;
  /** Not there, because they will never fire. */
  over: string[];
}

interface SyncDeps extends Patience {
  scheduler: Scheduler;
  now(): Instant;
}

// 400 calls a second at 20 ms each: below what Scheduler takes of most regions (quotas: 250 to 5 000 per operation).
const width = 8;
/** So often a schedule is read again that somebody else wrote meanwhile. */
const mostLooks = 5;

/**
 * Makes the group hold exactly the wanted schedules; the group is ours alone. Safe to repeat and to interrupt: each
 * call brings one schedule to where it belongs, whatever the calls before did.
 * @throws Error naming the schedule and how far it came; what was written stays.
 */
export async function syncSchedules(
  group: string,
  wanted: readonly LambdaSchedule[],
  deps: SyncDeps,
): Promise<SyncReport> {
  const report: SyncReport = { created: [], updated: [], deleted: [], unchanged: 0, over: [] };
  const existing = new Set(await patiently(() => deps.scheduler.names(group), deps));
  const names = new Set(wanted.map(({ name }) => name));
  const strays = [...existing].filter((name) => !names.has(name));
  const total = wanted.length + strays.length;
  const step = (name: string, work: () => Promise<void>) => named(name, report, total, work);
  await untilOneFails(wanted, width, (schedule) =>
    step(schedule.name, () => ensure(schedule, existing.has(schedule.name), report, deps)),
  );
  await untilOneFails(strays, width, (name) =>
    step(name, async () => {
      await patiently(() => deps.scheduler.remove(group, name), deps);
      report.deleted.push(name);
    }),
  );
  return report;
}

/** Looks, decides and writes; another time where the schedule was made, changed or removed in between. */
async function ensure(wanted: LambdaSchedule, exists: boolean, report: SyncReport, deps: SyncDeps): Promise<void> {
  for (let look = 1; ; look++) {
    try {
      return await bring(wanted, exists || look > 1, report, deps);
    } catch (error) {
      const isCrossed = ['ConflictException', 'ResourceNotFoundException'].includes(codeOfCall(error) ?? '');
      if (!isCrossed || look === mostLooks) throw error;
    }
  }
}

async function bring(wanted: LambdaSchedule, look: boolean, report: SyncReport, deps: SyncDeps): Promise<void> {
  const { scheduler, now } = deps;
  const { group, name } = wanted;
  const found = look ? await patiently(() => scheduler.find(group, name), deps) : undefined;
  const action = decideSync(wanted, found, now());
  switch (action.kind) {
    case 'create':
      await patiently(() => scheduler.create(action.schedule), deps);
      return void report.created.push(name);
    case 'update':
      await patiently(() => scheduler.update(action.schedule), deps);
      return void report.updated.push(name);
    case 'remove':
      await patiently(() => scheduler.remove(group, name), deps);
      return void report.deleted.push(name);
    case 'keep':
      report.unchanged += 1;
      return;
    case 'over':
      return void report.over.push(name);
    default:
      return action satisfies never;
  }
}

async function named(name: string, report: SyncReport, total: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { created, updated, deleted, unchanged, over } = report;
    const done = created.length + updated.length + deleted.length + unchanged + over.length;
    const next =
      codeOfCall(error) === 'ServiceQuotaExceededException'
        ? 'ask for more in Service Quotas, EventBridge Scheduler, then deploy again'
        : 'mend that and deploy again';
    const message = `schedule ${name}: ${(error as Error).message}; ${done} of ${total} are as they should be: ${next}`;
    throw new Error(message, { cause: error });
  }
}
