import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../local/clock.ts';
import { createDispatcher } from '../../local/cloud/dispatcher.ts';
import { createElbv2 } from '../../local/cloud/elbv2/elbv2.ts';
import type { Engine } from '../../local/cloud/service.ts';
import { testPlace } from './place.ts';
import { clientConfig } from './sdk.ts';

/** A target group of HTTP checks every 10 s; `changes` are made to it. */
export const aGroup = (changes: Partial<CreateTargetGroupCommandInput> = {}): CreateTargetGroupCommandInput => ({
  Name: 'api',
  Protocol: 'HTTP',
  Port: 80,
  VpcId: 'vpc-1',
  TargetType: 'ip',
  HealthCheckPath: '/health',
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 3,
  UnhealthyThresholdCount: 2,
  ...changes,
});

/** Local load balancers, with one target group that a listener uses. */
export async function loadBalancer(
  ports: { clock: Clock; probe: Engine['probe'] },
  group: Partial<CreateTargetGroupCommandInput> = {},
) {
  const elb = createElbv2({ place: testPlace(), ...ports });
  const client = new ElasticLoadBalancingV2Client(clientConfig(createDispatcher([elb])));
  const { TargetGroups } = await client.send(new CreateTargetGroupCommand(aGroup(group)));
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const { LoadBalancers } = await client.send(new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['subnet-1'] }));
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  await client.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  const health = async () => {
    const { TargetHealthDescriptions } = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    return TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth);
  };
  return { elb, client, targetGroupArn, loadBalancerArn, health };
}
