import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseServiceDeployment } from '../../../shared/events/service-deployment.ts';

const folder = new URL('../../fixtures/aws-events/ecs/', import.meta.url);
const fixture = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const ofServices = readdirSync(folder).filter((name) => /service-action|deployment/.test(name));
const failed = fixture('10-ecs-deployment-state-change-service-deployment-failed.json');

test.each(ofServices)('%s names its service', (name) => {
  expect(parseServiceDeployment(fixture(name))).toMatchObject({
    kind: 'event',
    value: { clusterName: 'default', serviceName: 'servicetest' },
  });
});

test('a failed deployment carries its id and reason', () => {
  expect(parseServiceDeployment(failed)).toEqual({
    kind: 'event',
    value: {
      clusterName: 'default',
      serviceName: 'servicetest',
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      deploymentId: 'ecs-svc/123',
      reason: 'ECS deployment circuit breaker: task failed to start.',
    },
  });
});

test('a service ARN of the old format names no cluster', () => {
  const raw = { ...failed, resources: ['arn:aws:ecs:us-west-2:111122223333:service/servicetest'] };
  const parsed = parseServiceDeployment(raw);
  expect(parsed).toMatchObject({ kind: 'event', value: { serviceName: 'servicetest' } });
  expect(parsed).not.toHaveProperty('value.clusterName');
});

test.each([
  ['an event of a task', { ...failed, 'detail-type': 'ECS Task State Change' }],
  ['an event of another source', { ...failed, source: 'aws.ecr' }],
  ['an event without a resource', { ...failed, resources: [] }],
  ['an event of a cluster', { ...failed, resources: ['arn:aws:ecs:us-west-2:111122223333:cluster/default'] }],
  ['an event without an eventName', { ...failed, detail: {} }],
  ['no object at all', undefined],
])('%s is ignored', (_fact, raw) => {
  expect(parseServiceDeployment(raw).kind).toBe('ignored');
});
