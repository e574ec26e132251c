import { connectDeploy } from '../../shared/deploy/connect.ts';
import { deployOnPush } from '../../shared/deploy/deploy-on-push.ts';
import { parseImagePush } from '../../shared/events/image-push.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';

export const handler = defineHandler({
  name: 'deploy-on-image-push',
  event: parseImagePush,
  connect: connectDeploy,
  run: (push, deps, { remainingMs }) => deployOnPush(push, deps, remainingMs),
});
