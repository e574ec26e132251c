import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { service } from '../../../support/rolled-service.ts';

const deregister = (taskDefinition: string) => new DeregisterTaskDefinitionCommand({ taskDefinition });

/** DeregisterTaskDefinition in the ECS API reference: such services run, and scale up and down. */
test('a service whose task definition was deregistered replaces its tasks and scales', async () => {
  const { client, change, clock, describe } = await service({ 'v:1': {} });
  await client.send(deregister('app:1'));
  await change({ desiredCount: 4 });
  await clock.advance(3000);
  expect(await describe()).toMatchObject({ runningCount: 4, deployments: [{ rolloutState: 'COMPLETED' }] });
});

test('a service cannot be moved to a revision that was deregistered', async () => {
  const { client, update, describe } = await service({ 'v:1': {}, 'v:2': {} });
  await client.send(deregister('app:2'));
  await expect(update('app:2')).rejects.toMatchObject({
    name: 'ClientException',
    message: 'TaskDefinition is inactive',
  });
  expect((await describe())?.taskDefinition).toMatch(/app:1$/);
});

test('a deregistered revision is not deployed anew', async () => {
  const { client, change, describe } = await service({ 'v:1': {} });
  await client.send(deregister('app:1'));
  const before = await describe();
  await expect(change({ forceNewDeployment: true, desiredCount: 5 })).rejects.toMatchObject({
    message: 'TaskDefinition is inactive',
  });
  expect(await describe()).toEqual(before);
});

test('a rollout whose revision is deregistered under it goes on', async () => {
  const { client, update, clock, describe } = await service({ 'v:1': {}, 'v:2': {} });
  await update('app:2');
  await client.send(deregister('app:2'));
  await clock.advance(5000);
  expect((await describe())?.deployments).toMatchObject([
    { rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/app:2$/), runningCount: 2 },
  ]);
});
