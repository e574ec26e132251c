import { connectDeploy } from '../../shared/deploy/connect.ts';
import { followService } from '../../shared/deploy/follow-service.ts';
import { parseServiceDeployment } from '../../shared/events/service-deployment.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';

export const handler = defineHandler({
  name: 'follow-deployment',
  event: parseServiceDeployment,
  connect: connectDeploy,
  run: followService,
});
