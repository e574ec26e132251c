import { expect, test } from 'vitest';
import { elbAccess } from '../../../../local/cloud/elbv2/access.ts';
import { testPlace } from '../../../support/place.ts';

const ELB = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';

test.each([
  ['CreateTargetGroup', { Name: 'api' }, `${ELB}:targetgroup/api/*`],
  ['CreateLoadBalancer', { Name: 'front' }, `${ELB}:loadbalancer/*/front/*`],
  ['RegisterTargets', { TargetGroupArn: `${ELB}:targetgroup/api/1` }, `${ELB}:targetgroup/api/1`],
  ['CreateListener', { LoadBalancerArn: `${ELB}:loadbalancer/app/a/1` }, `${ELB}:loadbalancer/app/a/1`],
  ['DescribeTargetHealth', { TargetGroupArn: `${ELB}:targetgroup/api/1` }, '*'],
])('%s of %o is asked on %s', (operation, input, resource) => {
  expect(elbAccess(testPlace(), operation, input)).toEqual([{ action: `elasticloadbalancing:${operation}`, resource }]);
});
