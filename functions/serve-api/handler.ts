import { handle } from 'hono/aws-lambda';
import { createApi } from '../../shared/api/app.ts';
import { addAskRoutes } from '../../shared/api/ask-deployment.ts';
import { addChannelTestRoute } from '../../shared/api/channel-test.ts';
import { addDeploymentRoutes } from '../../shared/api/deployments.ts';
import { addJobRoutes } from '../../shared/api/jobs.ts';
import { addLogRoutes } from '../../shared/api/logs.ts';
import { addNotificationRoutes } from '../../shared/api/notifications.ts';
import { addPauseRoutes } from '../../shared/api/pauses.ts';
import { addRunRoutes } from '../../shared/api/runs.ts';
import { addScheduleRoutes } from '../../shared/api/schedule.ts';
import { addServiceRoutes } from '../../shared/api/services.ts';
import { addSilenceRoutes } from '../../shared/api/silences.ts';
import { logRange } from '../../shared/aws/log-range.ts';
import { logReader } from '../../shared/aws/log-reader.ts';
import { runningTasks } from '../../shared/aws/running-tasks.ts';
import { connectAsk } from '../../shared/deploy/connect.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { silenceStore } from '../../shared/notify/routes/silence.ts';
import { jobPauses } from '../../shared/run/job-pause.ts';
import { maskReader } from '../../shared/run/mask-reader.ts';
import { connectStores } from '../../shared/store/stores.ts';

type HttpApiEvent = Parameters<ReturnType<typeof handle>>[0];

/** What is no base64 becomes some body, which the routes then refuse with their own words; Hono's decoding would throw. */
function readable(event: HttpApiEvent): HttpApiEvent {
  if (!event.isBase64Encoded) return event;
  return { ...event, body: Buffer.from(`${event.body ?? ''}`, 'base64').toString('base64') };
}

/** The HTTP API: authenticates, checks, records; the work itself is the other functions'. */
export const handler = defineHandler({
  name: 'serve-api',
  event: (raw) => ({ kind: 'event', value: readable(raw as HttpApiEvent) }),
  connect: (runtime) => {
    const logs = { logs: logReader(runtime.aws), masks: maskReader(logRange(runtime.aws), runtime.now) };
    const deps = { ...runtime, stores: connectStores(runtime), ...logs };
    const shipDeps = { ...deps, ship: connectAsk(runtime) };
    const jobDeps = { ...deps, ecs: runningTasks(runtime.aws), pauses: jobPauses(deps.stores.table, runtime.now) };
    const api = createApi(deps);
    addJobRoutes(api, jobDeps);
    addRunRoutes(api, jobDeps);
    addScheduleRoutes(api, jobDeps);
    addLogRoutes(api, deps);
    addServiceRoutes(api, shipDeps);
    addAskRoutes(api, shipDeps);
    addPauseRoutes(api, shipDeps);
    addDeploymentRoutes(api, shipDeps);
    addNotificationRoutes(api, deps);
    addChannelTestRoute(api, deps);
    addSilenceRoutes(api, { ...deps, silences: silenceStore(deps.stores.table, runtime.now, runtime.newId) });
    return handle(api);
  },
  run: (event, serve) => serve(event),
});
