import { schedulerGateway } from '../../shared/aws/scheduler.ts';
import { answerCustomResource, parseCustomResource } from '../../shared/events/custom-resource.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { wantedSchedules } from '../../shared/run/wanted-schedules.ts';
import { syncSchedules } from '../../shared/schedule/sync.ts';

/** Custom resource: after each deployment Scheduler matches batuta.yml; on deletion nothing of ours stays. */
export const handler = defineHandler({
  name: 'sync-schedules',
  event: parseCustomResource,
  connect: (runtime) => ({
    scheduler: schedulerGateway(runtime.aws),
    sleep: runtime.sleep,
    group: runtime.env('SCHEDULE_GROUP'),
    schedules: wantedSchedules(runtime.config, runtime.env),
  }),
  run: async (request, deps, { log, fetch }) => {
    try {
      const wanted = request.requestType === 'Delete' ? [] : deps.schedules;
      const { created, updated, deleted } = await syncSchedules(deps.group, wanted, deps);
      log.info('schedules match the configuration', { created, updated, deleted });
      const data = { Created: `${created.length}`, Updated: `${updated.length}`, Deleted: `${deleted.length}` };
      await answerCustomResource(request, { ok: true, data }, fetch);
    } catch (error) {
      log.error('schedules could not be made to match', { message: (error as Error).message });
      await answerCustomResource(request, { ok: false, reason: (error as Error).message }, fetch);
    }
  },
});
