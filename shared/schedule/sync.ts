import type { LambdaSchedule, Scheduler } from '../aws/scheduler.ts';
import type { AwsCallFailed } from '../core/errors.ts';

export interface SyncReport {
  created: string[];
  updated: string[];
  deleted: string[];
}

/** What stays the same is not written: UpdateSchedule would start a rate() anew. */
function differs(wanted: LambdaSchedule, found: LambdaSchedule): boolean {
  return (Object.keys(wanted) as (keyof LambdaSchedule)[]).some((key) => wanted[key] !== found[key]);
}

// AWS refuses a role made a moment ago until it has spread ("The execution role you provide must
// allow AWS EventBridge Scheduler to assume the role", ValidationException).
const rolePauses = [2_000, 4_000, 8_000, 16_000];

async function patiently(write: () => Promise<void>, sleep: (ms: number) => Promise<void>): Promise<void> {
  for (const pause of rolePauses) {
    try {
      return await write();
    } catch (error) {
      if ((error as AwsCallFailed).code !== 'ValidationException' || !/role/i.test((error as Error).message))
        throw error;
      await sleep(pause);
    }
  }
  return write();
}

/** Makes the group hold exactly the wanted schedules. The group is ours alone. Safe to repeat and to interrupt. */
export async function syncSchedules(
  group: string,
  wanted: readonly LambdaSchedule[],
  { scheduler, sleep }: { scheduler: Scheduler; sleep(ms: number): Promise<void> },
): Promise<SyncReport> {
  const report: SyncReport = { created: [], updated: [], deleted: [] };
  const existing = new Set(await scheduler.names(group));
  for (const schedule of wanted) {
    if (!existing.delete(schedule.name)) {
      await patiently(() => scheduler.create(schedule), sleep);
      report.created.push(schedule.name);
    } else if (differs(schedule, await scheduler.get(group, schedule.name))) {
      await patiently(() => scheduler.update(schedule), sleep);
      report.updated.push(schedule.name);
    }
  }
  for (const name of existing) {
    await scheduler.remove(group, name);
    report.deleted.push(name);
  }
  return report;
}
