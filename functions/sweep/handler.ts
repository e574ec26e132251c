import { eventBus } from '../../shared/aws/event-bus.ts';
import { logRange } from '../../shared/aws/log-range.ts';
import { logsGateway } from '../../shared/aws/logs.ts';
import { runningTasks } from '../../shared/aws/running-tasks.ts';
import { scheduleStates } from '../../shared/aws/schedule-state.ts';
import { connectSweep } from '../../shared/deploy/connect.ts';
import { sweepDeployments } from '../../shared/deploy/sweep-deployments.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { sweepAlerts } from '../../shared/notify/alerts/sweep-alerts.ts';
import { sweepDeliveries } from '../../shared/notify/deliver/sweep-deliveries.ts';
import { jobPauses } from '../../shared/run/job-pause.ts';
import { maskReader } from '../../shared/run/mask-reader.ts';
import { watchStore } from '../../shared/run/missed-watch.ts';
import { missedSweep } from '../../shared/run/sweep-missed.ts';
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
      ecs: runningTasks(runtime.aws),
      logs: logsGateway(runtime.aws),
      masks: maskReader(logRange(runtime.aws), runtime.now),
      stage: runtime.env('STAGE'),
    };
    const deploy = connectSweep(runtime);
    const sweepMissed = missedSweep({
      ...runs,
      watch: watchStore(runs.stores.table),
      pauses: jobPauses(runs.stores.table, runtime.now),
      scheduler: scheduleStates(runtime.aws),
      group: runtime.env('SCHEDULE_GROUP'),
      schedulesArn: runtime.env('SCHEDULES_ARN'),
    });
    const sweeps = [
      { name: 'runs', run: () => sweepRuns(runs) },
      { name: 'missed runs', run: sweepMissed },
      { name: 'deployments', run: () => sweepDeployments(deploy) },
      { name: 'alerts', run: () => sweepAlerts(runs) },
      { name: 'deliveries', run: () => sweepDeliveries(runs) },
    ];
    return { leases: runs.stores.leases, sweeps };
  },
  run: (_event, { leases, sweeps }, { log }) => alone(leases, 'sweep', leaseMs, () => sweepAll(sweeps, log)),
});
