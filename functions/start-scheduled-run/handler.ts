import { parseScheduledRun } from '../../shared/events/scheduled-run.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { jobPauses } from '../../shared/run/job-pause.ts';
import { startScheduledRun } from '../../shared/run/scheduled-run.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** A schedule fired → a run to be launched. */
export const handler = defineHandler({
  name: 'start-scheduled-run',
  event: parseScheduledRun,
  connect: (runtime) => {
    const stores = connectStores(runtime);
    return { ...runtime, stores, pauses: jobPauses(stores.table, runtime.now) };
  },
  run: startScheduledRun,
});
