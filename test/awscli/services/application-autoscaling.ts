import type { Aws } from '../aws.ts';

const namespace = ['--service-namespace', 'ecs'];
const named = (service: string) => [
  ...namespace,
  ...['--resource-id', `service/demo/${service}`, '--scalable-dimension', 'ecs:service:DesiredCount'],
];
const target = named('shop-api');

export async function autoscaling(aws: Aws): Promise<void> {
  const bounds = ['--min-capacity', '1', '--max-capacity', '4'];
  await aws.gives(['register-scalable-target', ...target, ...bounds], {});
  await aws.gives(['describe-scalable-targets', ...namespace], {
    ScalableTargets: [{ ResourceId: 'service/demo/shop-api', MinCapacity: 1, MaxCapacity: 4 }],
  });
  const tracking = {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
  };
  const policy = ['--policy-name', 'cpu', '--policy-type', 'TargetTrackingScaling'];
  const configuration = ['--target-tracking-scaling-policy-configuration', JSON.stringify(tracking)];
  await aws.gives(['put-scaling-policy', ...target, ...policy, ...configuration], { PolicyARN: /policyName\/cpu$/ });
  await aws.gives(['describe-scaling-policies', ...namespace], { ScalingPolicies: [{ PolicyName: 'cpu' }] });
  const action = ['--scheduled-action-name', 'night', '--schedule', 'cron(0 18 * * ? *)'];
  await aws.gives(['put-scheduled-action', ...target, ...action, '--scalable-target-action', 'MinCapacity=1'], {});
  await aws.gives(['describe-scheduled-actions', ...namespace], {
    ScheduledActions: [{ ScheduledActionName: 'night' }],
  });
  await aws.gives(['describe-scaling-activities', ...namespace], { ScalingActivities: [] });
  await aws.refuses(['register-scalable-target', ...named('nothing'), ...bounds], 'ValidationException');
  await aws.gives(['deregister-scalable-target', ...target], {});
  await aws.refuses(['deregister-scalable-target', ...target], 'ObjectNotFoundException');
}
