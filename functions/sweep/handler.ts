import { ecsTasks } from '../../shared/aws/ecs-tasks.ts';
import { eventBus } from '../../shared/aws/event-bus.ts';
import { logsGateway } from '../../shared/aws/logs.ts';
import { connectSweep } from '../../shared/deploy/connect.ts';
import { sweepDeployments } from '../../shared/deploy/sweep-deployments.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { sweepDeliveries } from '../../shared/notify/sweep-deliveries.ts';
import { sweepRuns } from '../../shared/run/sweep-runs.ts';
import { alone } from '../../shared/store/lease.ts';
import { connectStores } from '../../shared/store/stores.ts';
import { sweepAll } from '../../shared/sweep.ts';

/** Longer than the function's timeout of 100 s. */
const leaseMs = 110_000;

/** Every minute: what no event brought. Each domain brings its own part. */
export const handler = defineHandler({
  name: 'sweep',
  event: () => ({ kind: 'event', value: undefined }),
  connect: (runtime) => {
    const runs = {
      ...runtime,
      stores: connectStores(runtime),
      bus: eventBus(runtime.aws, runtime.env('BUS_NAME')),
      ecs: ecsTasks(runtime.aws),
      logs: logsGateway(runtime.aws),
      stage: runtime.env('STAGE'),
    };
    const deploy = connectSweep(runtime);
    const sweeps = [
      { name: 'runs', run: () => sweepRuns(runs) },
      { name: 'deployments', run: () => sweepDeployments(deploy) },
      { name: 'deliveries', run: () => sweepDeliveries(runs) },
    ];
    return { leases: runs.stores.leases, sweeps };
  },
  run: (_event, { leases, sweeps }, { log }) => alone(leases, 'sweep', leaseMs, () => sweepAll(sweeps, log)),
});
