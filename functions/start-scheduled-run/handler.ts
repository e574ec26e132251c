import { parseScheduledRun } from '../../shared/events/scheduled-run.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { startScheduledRun } from '../../shared/run/scheduled-run.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** A schedule fired → a run to be launched. */
export const handler = defineHandler({
  name: 'start-scheduled-run',
  event: parseScheduledRun,
  connect: (runtime) => ({ ...runtime, stores: connectStores(runtime) }),
  run: startScheduledRun,
});
