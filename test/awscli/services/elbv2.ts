import type { Aws } from '../aws.ts';

export async function elbv2(aws: Aws): Promise<void> {
  const group = ['--protocol', 'HTTP', '--port', '80', '--vpc-id', 'vpc-1', '--target-type', 'ip'];
  const created = await aws.gives(['create-target-group', '--name', 'cli', ...group, '--health-check-path', '/up'], {
    TargetGroups: [{ TargetGroupName: 'cli', HealthCheckPath: '/up', Matcher: { HttpCode: '200' } }],
  });
  const arn = ['--target-group-arn', String(created.TargetGroups?.[0]?.TargetGroupArn)];
  const target = ['--targets', 'Id=127.0.0.1,Port=9'];
  await aws.gives(['register-targets', ...arn, ...target], {});
  const unused = { TargetHealth: { State: 'unused', Reason: 'Target.NotInUse' } };
  await aws.gives(['describe-target-health', ...arn], { TargetHealthDescriptions: [unused] });
  const balancer = await aws.gives(['create-load-balancer', '--name', 'cli', '--subnets', 'subnet-1', 'subnet-2'], {
    LoadBalancers: [{ Type: 'application', State: { Code: 'active' }, CreatedTime: /^\d{4}-/ }],
  });
  const front = ['--load-balancer-arn', String(balancer.LoadBalancers?.[0]?.LoadBalancerArn)];
  const forward = ['--default-actions', `Type=forward,TargetGroupArn=${arn[1]}`];
  await aws.gives(['create-listener', ...front, '--protocol', 'HTTP', '--port', '80', ...forward], {
    Listeners: [{ Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: arn[1] }] }],
  });
  await aws.gives(['describe-listeners', ...front], { Listeners: [{ Protocol: 'HTTP' }] });
  await aws.gives(['describe-target-groups', '--names', 'cli'], { TargetGroups: [{ LoadBalancerArns: [front[1]] }] });
  await aws.gives(['modify-target-group', ...arn, '--matcher', 'HttpCode=200-299'], {
    TargetGroups: [{ Matcher: { HttpCode: '200-299' } }],
  });
  await aws.gives(
    ['modify-target-group-attributes', ...arn, '--attributes', 'Key=deregistration_delay.timeout_seconds,Value=5'],
    { Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }] },
  );
  await aws.refuses(['create-target-group', '--name', 'cli', ...group], 'DuplicateTargetGroupName');
  await aws.refuses(['create-target-group', '--name', 'no_name', ...group], 'ValidationError');
  await aws.refuses(['delete-target-group', ...arn], 'ResourceInUse');
  await aws.gives(['deregister-targets', ...arn, ...target], {});
  await aws.gives(['delete-load-balancer', ...front], {});
  await aws.gives(['delete-target-group', ...arn], {});
  await aws.refuses(['describe-target-health', ...arn], 'TargetGroupNotFound');
}
