import type { Place } from '../service.ts';

/** Targets have the service's own prefix, policies and actions still EC2 Auto Scaling's: as the API's samples show. */
export function scalingArns({ account, region, newUuid, newHexId }: Place) {
  const shared = (kind: string, resourceId: string) =>
    `arn:aws:autoscaling:${region}:${account}:${kind}:${newUuid()}:resource/ecs/${resourceId}`;
  return {
    target: () => `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${newHexId()}`,
    anyTarget: `arn:aws:application-autoscaling:${region}:${account}:scalable-target/*`,
    policy: (resourceId: string, name: string) => `${shared('scalingPolicy', resourceId)}:policyName/${name}`,
    action: (resourceId: string, name: string) =>
      `${shared('scheduledAction', resourceId)}:scheduledActionName/${name}`,
    role: `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
  };
}
