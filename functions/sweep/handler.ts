import { ecsTasks } from '../../shared/aws/ecs-tasks.ts';
import { eventBus } from '../../shared/aws/event-bus.ts';
import { logsGateway } from '../../shared/aws/logs.ts';
import { connectDeploy } from '../../shared/deploy/connect.ts';
import { sweepDeployments } from '../../shared/deploy/sweep-deployments.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { sweepRuns } from '../../shared/run/sweep-runs.ts';
import { connectStores } from '../../shared/store/stores.ts';
import { sweepAll } from '../../shared/sweep.ts';

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
    const deploy = connectDeploy(runtime);
    return [
      { name: 'runs', run: () => sweepRuns(runs) },
      { name: 'deployments', run: () => sweepDeployments(deploy) },
    ];
  },
  run: (_event, sweeps, { log }) => sweepAll(sweeps, log),
});
