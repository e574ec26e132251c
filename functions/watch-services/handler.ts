import { parseWatchEvent, type WatchEvent } from '../../shared/events/service-trouble.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { sweepAll } from '../../shared/sweep.ts';
import { connectWatch, type WatchServicesDeps } from '../../shared/watch/connect.ts';
import { watchDeadLetters } from '../../shared/watch/dead-letters.ts';
import { watchGivenUp } from '../../shared/watch/given-up.ts';
import { expectShort, lookAtServices } from '../../shared/watch/look-at-services.ts';
import { watchSchedules } from '../../shared/watch/watch-schedules.ts';
import { watchAction, watchTask } from '../../shared/watch/watch-service.ts';

async function watch(event: WatchEvent, deps: WatchServicesDeps): Promise<void> {
  switch (event.kind) {
    case 'task-stopped':
      return watchTask(event.service, event.task, deps);
    case 'service-action':
      return watchAction(event.action, deps);
    case 'short':
      return expectShort(event.services, deps);
    case 'look':
      return sweepAll(
        [
          { name: 'services in trouble', run: () => lookAtServices(deps) },
          { name: 'dead letters', run: () => watchDeadLetters(deps) },
          { name: 'notifications', run: () => watchGivenUp(deps) },
          { name: 'schedules', run: () => watchSchedules(deps) },
        ],
        deps.log,
      );
    default:
      return event satisfies never;
  }
}

/** What goes wrong with services outside of deployments, and with Batuta itself → alerts. */
export const handler = defineHandler({
  name: 'watch-services',
  event: parseWatchEvent,
  connect: connectWatch,
  run: watch,
});
