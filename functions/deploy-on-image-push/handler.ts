import { connectDeploy } from '../../shared/deploy/connect.ts';
import { deployOnPush } from '../../shared/deploy/deploy-on-push.ts';
import { visitOnScan } from '../../shared/deploy/visit-on-scan.ts';
import { parseImageEvent } from '../../shared/events/image-event.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';

/** An image was pushed, or its scan is over: what is wanted is rolled out. */
export const handler = defineHandler({
  name: 'deploy-on-image-push',
  event: parseImageEvent,
  connect: connectDeploy,
  run: (event, deps, { remainingMs }) =>
    event.kind === 'push' ? deployOnPush(event.push, deps, remainingMs) : visitOnScan(event.scan, deps, remainingMs),
});
