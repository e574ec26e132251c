import { CreateClusterCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

const ECS = 'arn:aws:ecs:us-east-1:123456789012';
const TASK_ROLE = 'arn:aws:iam::123456789012:role/task';
const EXECUTION_ROLE = 'arn:aws:iam::123456789012:role/execution';
const cluster = { 'ecs:cluster': `${ECS}:cluster/prod` };
const passRole = (resource: string) => ({
  action: 'iam:PassRole',
  resource,
  context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
});

async function access(operation: string, input: Record<string, unknown>) {
  const clock = virtualClock();
  const { ecs, client } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await client.send(new RegisterTaskDefinitionCommand(fargateDefinition('a', {}, { taskRoleArn: TASK_ROLE })));
  return ecs.access?.(operation, input);
}

test('RunTask is asked on the newest revision, with PassRole for the roles of the definition', async () => {
  expect(await access('RunTask', { cluster: 'prod', taskDefinition: 'app' })).toEqual([
    { action: 'ecs:RunTask', resource: `${ECS}:task-definition/app:1`, context: cluster },
    passRole(TASK_ROLE),
    passRole(EXECUTION_ROLE),
  ]);
});

test('RunTask with tags and a role override also asks for those', async () => {
  const overrides = { taskRoleArn: 'arn:aws:iam::123456789012:role/other' };
  const tags = [{ key: 'a', value: 'b' }];
  expect(await access('RunTask', { cluster: 'prod', taskDefinition: 'app:1', overrides, tags })).toEqual([
    expect.objectContaining({ action: 'ecs:RunTask' }),
    passRole('arn:aws:iam::123456789012:role/other'),
    passRole(EXECUTION_ROLE),
    { action: 'ecs:TagResource', resource: `${ECS}:task/prod/*`, context: { 'ecs:createaction': 'RunTask' } },
  ]);
});

test('RegisterTaskDefinition supports no resource and passes its roles', async () => {
  expect(await access('RegisterTaskDefinition', { family: 'app', taskRoleArn: TASK_ROLE })).toEqual([
    { action: 'ecs:RegisterTaskDefinition', resource: '*' },
    passRole(TASK_ROLE),
  ]);
});

test.each([
  ['UpdateService', { cluster: 'prod', service: 'api' }, `${ECS}:service/prod/api`],
  ['StopTask', { cluster: `${ECS}:cluster/prod`, task: 'abc' }, `${ECS}:task/prod/abc`],
  ['ListTasks', { cluster: 'prod' }, `${ECS}:container-instance/prod/*`],
])('%s is asked on its resource within its cluster', async (operation, input, resource) => {
  expect(await access(operation, input)).toEqual([{ action: `ecs:${operation}`, resource, context: cluster }]);
});

test('DescribeServices is asked on every service', async () => {
  const asked = await access('DescribeServices', { cluster: 'prod', services: ['a', 'b'] });
  expect(asked?.map(({ resource }) => resource)).toEqual([`${ECS}:service/prod/a`, `${ECS}:service/prod/b`]);
});
