import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { served } from '../../../../build/served-operations.ts';
import { virtualClock } from '../../../../local/clock.ts';
import type { ProbeRequest, ProbeResult } from '../../../../local/cloud/service.ts';
import { aGroup, loadBalancer } from '../../../support/load-balancer.ts';

/** A load balancer whose probes answer what `answer` says, and what they asked. */
async function probed(answer: () => ProbeResult, group: Parameters<typeof aGroup>[0] = {}) {
  const clock = virtualClock();
  const asked: ProbeRequest[] = [];
  const probe = async (request: ProbeRequest) => {
    asked.push(request);
    return answer();
  };
  return { ...(await loadBalancer({ clock, probe }, group)), clock, asked };
}

const fine = (): ProbeResult => ({ kind: 'answered', status: 200 });
const target = { Id: '127.0.0.1', Port: 4000 };

test('what is created is described with the defaults of its protocol', async () => {
  const { client, targetGroupArn, loadBalancerArn } = await probed(fine);
  const { TargetGroups } = await client.send(
    new CreateTargetGroupCommand({ Name: 'tcp', Protocol: 'TCP', Port: 5432, VpcId: 'vpc-1' }),
  );
  expect(TargetGroups).toMatchObject([
    {
      TargetGroupArn: expect.stringMatching(/^arn:aws:elasticloadbalancing:.*:targetgroup\/tcp\/[0-9a-f]{16}$/),
      TargetType: 'instance',
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
    },
  ]);
  const byName = await client.send(new DescribeTargetGroupsCommand({ Names: ['api'] }));
  expect(byName.TargetGroups).toMatchObject([
    { Matcher: { HttpCode: '200' }, HealthCheckPath: '/health', LoadBalancerArns: [loadBalancerArn] },
  ]);
  const byLoadBalancer = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: loadBalancerArn }));
  expect(byLoadBalancer.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([targetGroupArn]);
  const listeners = await client.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn }));
  expect(listeners.Listeners).toMatchObject([{ Port: 80, DefaultActions: [{ TargetGroupArn: targetGroupArn }] }]);
  const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({ Names: ['front'] }));
  expect(LoadBalancers).toMatchObject([{ Type: 'application', State: { Code: 'active' } }]);
});

test('targets are checked at the interval, at path and port', async () => {
  const { client, targetGroupArn, clock, asked, health } = await probed(fine);
  await client.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [target] }));
  expect(await health()).toMatchObject([{ State: 'initial', Reason: 'Elb.RegistrationInProgress' }]);
  await clock.advance(1000);
  expect(await health()).toEqual([{ State: 'healthy' }]);
  await clock.advance(20_000);
  expect(asked).toEqual(Array.from({ length: 3 }, () => ({ port: 4000, path: '/health', timeoutMs: 5000 })));
});

test('a target whose checks fail says why', async () => {
  const { client, targetGroupArn, clock, health } = await probed(() => ({ kind: 'answered', status: 503 }));
  await client.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [target] }));
  await clock.advance(11_000);
  expect(await health()).toEqual([
    {
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [503]',
    },
  ]);
});

test('a changed health check counts from the next check on', async () => {
  const { client, targetGroupArn, clock, health } = await probed(() => ({ kind: 'answered', status: 404 }));
  await client.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [target] }));
  await client.send(
    new ModifyTargetGroupCommand({ TargetGroupArn: targetGroupArn, Matcher: { HttpCode: '200-299,404' } }),
  );
  await clock.advance(1000);
  expect(await health()).toEqual([{ State: 'healthy' }]);
});

test('a target drains before it is gone, shorter than on AWS, and is checked no more', async () => {
  const { client, targetGroupArn, clock, health, asked } = await probed(fine);
  await client.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [target] }));
  await clock.advance(1000);
  await client.send(new DeregisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: target.Id }] }));
  expect(await health()).toMatchObject([{ State: 'draining', Reason: 'Target.DeregistrationInProgress' }]);
  await clock.advance(30_000);
  expect(await health()).toEqual([]);
  expect(asked.length).toBe(1);
});

test('a target that is not registered, and one that no listener reaches, are unused', async () => {
  const { client, targetGroupArn, loadBalancerArn, health, clock, asked } = await probed(fine);
  await client.send(new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [target] }));
  const { TargetHealthDescriptions } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: '10.0.0.9', Port: 1 }] }),
  );
  expect(TargetHealthDescriptions).toMatchObject([
    { TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
  ]);
  await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancerArn }));
  await clock.advance(30_000);
  expect(await health()).toMatchObject([{ State: 'unused', Reason: 'Target.NotInUse' }]);
  expect(asked).toEqual([]);
});

test('attributes keep what was set', async () => {
  const { client, targetGroupArn: TargetGroupArn } = await probed(fine);
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }];
  await client.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  const described = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  expect(described.Attributes).toEqual(expect.arrayContaining(Attributes));
});

test.each([
  ['two groups of one name', new CreateTargetGroupCommand(aGroup()), 'DuplicateTargetGroupName'],
  ['a name with an underscore', new CreateTargetGroupCommand(aGroup({ Name: 'a_b' })), 'ValidationError'],
  [
    'a path without a slash',
    new CreateTargetGroupCommand(aGroup({ Name: 'b', HealthCheckPath: 'h' })),
    'ValidationError',
  ],
  [
    'TCP checks of HTTP',
    new CreateTargetGroupCommand(aGroup({ Name: 'b', HealthCheckProtocol: 'TCP' })),
    'ValidationError',
  ],
  [
    'a timeout beyond the interval',
    new CreateTargetGroupCommand(aGroup({ Name: 'b', HealthCheckTimeoutSeconds: 20 })),
    'ValidationError',
  ],
  [
    'a threshold of 1',
    new CreateTargetGroupCommand(aGroup({ Name: 'b', HealthyThresholdCount: 1 })),
    'ValidationError',
  ],
  [
    'targets of an unknown group',
    new RegisterTargetsCommand({ TargetGroupArn: 'arn:x', Targets: [target] }),
    'TargetGroupNotFound',
  ],
  [
    'a listener of an unknown load balancer',
    new CreateListenerCommand({
      LoadBalancerArn: 'arn:x',
      Port: 1,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward' }],
    }),
    'LoadBalancerNotFound',
  ],
  ['a load balancer without a subnet', new CreateLoadBalancerCommand({ Name: 'b' }), 'ValidationError'],
])('%s are refused', async (_what, command, code) => {
  const { client } = await probed(fine);
  const sent = client.send(command as CreateTargetGroupCommand);
  await expect(sent).rejects.toMatchObject({ Code: code });
});

test('a group in use cannot be deleted', async () => {
  const { client, targetGroupArn: TargetGroupArn, loadBalancerArn } = await probed(fine);
  const remove = () => client.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  await expect(remove()).rejects.toMatchObject({ Code: 'ResourceInUse' });
  await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancerArn }));
  await remove();
  const { TargetGroups } = await client.send(new DescribeTargetGroupsCommand({}));
  expect(TargetGroups).toEqual([]);
});

test('the limits are those of the operations that are served', async () => {
  const { elb } = await probed(fine);
  expect(Object.keys(elb.operations).sort()).toEqual([...(served.elbv2 ?? [])].sort());
});
