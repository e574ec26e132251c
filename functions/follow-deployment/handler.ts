import { connectDeploy } from '../../shared/deploy/connect.ts';
import { followDeployment } from '../../shared/deploy/follow-deployment.ts';
import { parseDeploymentWork } from '../../shared/events/deployment-work.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';

/** Something happened to a service, or to a deployment that waits: carries it on. */
export const handler = defineHandler({
  name: 'follow-deployment',
  event: parseDeploymentWork,
  connect: connectDeploy,
  run: (work, deps, { remainingMs }) => followDeployment(work, deps, remainingMs),
});
