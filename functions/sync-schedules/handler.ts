import { type LambdaSchedule, type Scheduler, schedulerGateway } from '../../shared/aws/scheduler.ts';
import {
  answerCustomResource,
  type CustomResourceRequest,
  type Outcome,
  parseCustomResource,
} from '../../shared/events/custom-resource.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import type { Log } from '../../shared/lambda/runtime.ts';
import { wantedSchedules } from '../../shared/run/wanted-schedules.ts';
import { syncSchedules } from '../../shared/schedule/sync.ts';

interface Deps {
  scheduler: Scheduler;
  sleep(ms: number): Promise<void>;
  group: string;
  schedules: readonly LambdaSchedule[];
}

async function sync({ requestType }: CustomResourceRequest, deps: Deps, log: Log): Promise<Outcome> {
  try {
    const wanted = requestType === 'Delete' ? [] : deps.schedules;
    const { created, updated, deleted } = await syncSchedules(deps.group, wanted, deps);
    log.info('schedules match the configuration', { created, updated, deleted });
    const data = { Created: `${created.length}`, Updated: `${updated.length}`, Deleted: `${deleted.length}` };
    return { ok: true, data };
  } catch (error) {
    log.error('schedules could not be made to match', { message: (error as Error).message });
    return { ok: false, reason: (error as Error).message };
  }
}

/** Custom resource: after each deployment Scheduler matches batuta.yml; on deletion nothing of ours stays. */
export const handler = defineHandler({
  name: 'sync-schedules',
  event: parseCustomResource,
  connect: (runtime): Deps => ({
    scheduler: schedulerGateway(runtime.aws),
    sleep: runtime.sleep,
    group: runtime.env('SCHEDULE_GROUP'),
    schedules: wantedSchedules(runtime.config, runtime.env),
  }),
  run: async (request, deps, { log, fetch }) => answerCustomResource(request, await sync(request, deps, log), fetch),
});
