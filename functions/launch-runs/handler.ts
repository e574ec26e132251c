import { ecrGateway } from '../../shared/aws/ecr.ts';
import { ecsTasks } from '../../shared/aws/ecs-tasks.ts';
import { eventBus } from '../../shared/aws/event-bus.ts';
import { secretNames } from '../../shared/aws/secret-names.ts';
import { parseLaunchWanted } from '../../shared/events/launch-wanted.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { jobImages } from '../../shared/run/job-images.ts';
import { launchRuns } from '../../shared/run/launch-runs.ts';
import { launchSettings } from '../../shared/run/launch-settings.ts';
import { cacheStore } from '../../shared/store/cache.ts';
import { connectStores } from '../../shared/store/stores.ts';

const minute = 60_000;
/** Fargate's launch rate: a burst of 100, then 20 per second, shared with the account's services. */
// A turn is short, so that a worker that died with its lease holds the others up for four minutes at most.
const limits = { pace: { burst: 50, perSecond: 20 }, width: 10, leaseMs: 4 * minute };

/** Worker: launches queued runs at the account's pace. */
export const handler = defineHandler({
  name: 'launch-runs',
  event: parseLaunchWanted,
  connect: (runtime) => {
    const stores = connectStores(runtime);
    const cache = cacheStore(stores.table, runtime.now);
    const settings = launchSettings(runtime.env);
    return {
      ...runtime,
      stores,
      cache,
      images: jobImages({ ecr: ecrGateway(runtime.aws), cache, registry: settings.registry }),
      bus: eventBus(runtime.aws, runtime.env('BUS_NAME')),
      ecs: ecsTasks(runtime.aws),
      secrets: secretNames(runtime.aws),
      settings,
    };
  },
  run: (event, deps, { remainingMs }) =>
    launchRuns(event, deps, { ...limits, workMs: Math.min(2 * minute, remainingMs() - minute) }),
});
