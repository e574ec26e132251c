import type { LoadBalancer } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsConnection } from '../shared/aws/connection.ts';
import type { LocalLoadBalancer } from '../shared/config/local-config.ts';
import { present } from '../shared/config/records.ts';

/** Names of load balancers are shorter than those of services, and have no underscores. */
function balancerName(service: string): string {
  return service
    .replaceAll('_', '-')
    .slice(0, 32)
    .replace(/^-+|-+$/g, '');
}

function healthCheck({ healthPath, codes, interval, timeout, retries }: LocalLoadBalancer) {
  const http = healthPath === undefined ? {} : { HealthCheckPath: healthPath, Matcher: { HttpCode: codes ?? '200' } };
  return {
    Protocol: healthPath === undefined ? ('TCP' as const) : ('HTTP' as const),
    HealthCheckIntervalSeconds: interval,
    // The least there is; ELB's five would keep a server that was slow at its start unhealthy for long.
    HealthyThresholdCount: 2,
    ...present({ HealthCheckTimeoutSeconds: timeout, UnhealthyThresholdCount: retries }),
    ...http,
  };
}

/** A target group, a load balancer and a listener for one service; resolves with the service's `loadBalancers`. */
export async function seedLoadBalancer(
  service: string,
  balancer: LocalLoadBalancer,
  container: { containerName: string; containerPort: number },
  aws: AwsConnection,
): Promise<LoadBalancer[]> {
  const elb = new ElasticLoadBalancingV2Client(aws);
  const name = balancerName(service);
  const { Protocol, ...check } = healthCheck(balancer);
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: name, Protocol, Port: 80, VpcId: 'vpc-local', TargetType: 'ip', ...check }),
  );
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Type: Protocol === 'TCP' ? 'network' : 'application',
      Subnets: ['subnet-local'],
    }),
  );
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  return [{ ...(targetGroupArn && { targetGroupArn }), ...container }];
}
