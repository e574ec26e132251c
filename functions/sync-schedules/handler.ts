import { type Scheduler, schedulerGateway } from '../../shared/aws/scheduler.ts';
import {
  answerCustomResource,
  type CustomResourceRequest,
  type Outcome,
  parseCustomResource,
} from '../../shared/events/custom-resource.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { wantedSchedules } from '../../shared/run/wanted-schedules.ts';
import { type SyncReport, syncSchedules } from '../../shared/schedule/sync.ts';

/** So many names of each kind are logged. */
const mostNames = 50;

async function sync(
  { requestType }: CustomResourceRequest,
  scheduler: Scheduler,
  { config, env, log, now, sleep, remainingMs }: Runtime,
): Promise<Outcome> {
  try {
    const wanted = requestType === 'Delete' ? [] : wantedSchedules(config, env);
    const report = await syncSchedules(env('SCHEDULE_GROUP'), wanted, { scheduler, now, sleep, remainingMs });
    log.info('schedules match the configuration', { ...countsOf(report), ...namesOf(report) });
    return { ok: true, data: countsOf(report) };
  } catch (error) {
    const { message } = error as Error;
    log.error('schedules could not be made to match', { message });
    return { ok: false, reason: message };
  }
}

const countsOf = ({ created, updated, deleted, unchanged, over }: SyncReport) => ({
  Created: `${created.length}`,
  Updated: `${updated.length}`,
  Deleted: `${deleted.length}`,
  Unchanged: `${unchanged}`,
  Over: `${over.length}`,
});

const namesOf = ({ unchanged: _count, ...lists }: SyncReport) =>
  Object.fromEntries(Object.entries(lists).map(([kind, names]) => [kind, names.slice(0, mostNames)]));

/** Custom resource: after each deployment Scheduler matches batuta.yml; on deletion nothing of ours stays. */
export const handler = defineHandler({
  name: 'sync-schedules',
  event: parseCustomResource,
  connect: (runtime) => ({ scheduler: schedulerGateway(runtime.aws) }),
  run: async (request, { scheduler }, runtime) =>
    answerCustomResource(request, await sync(request, scheduler, runtime), runtime.fetch),
});
