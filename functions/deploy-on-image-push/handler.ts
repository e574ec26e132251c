import { connectDeploy } from '../../shared/deploy/connect.ts';
import { deployOnPush } from '../../shared/deploy/deploy-on-push.ts';
import { visitOnScan } from '../../shared/deploy/visit-on-scan.ts';
import { parseImageEvent } from '../../shared/events/image-event.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { cacheStore } from '../../shared/store/cache.ts';
import { dynamoTable } from '../../shared/store/table.ts';

/** An image was pushed, or its scan is over: what is wanted is rolled out. */
export const handler = defineHandler({
  name: 'deploy-on-image-push',
  event: parseImageEvent,
  connect: (runtime) => ({
    ...connectDeploy(runtime),
    cache: cacheStore(dynamoTable(runtime.aws, runtime.env('TABLE_NAME')), runtime.now),
  }),
  run: (event, deps, { remainingMs }) =>
    event.kind === 'push' ? deployOnPush(event.push, deps, remainingMs) : visitOnScan(event.scan, deps, remainingMs),
});
