import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

async function world() {
  const clock = virtualClock();
  const { client } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  await client.send(new CreateClusterCommand({}));
  for (const image of ['v:1', 'v:2']) await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(image)));
  const create = (controller: 'CODE_DEPLOY' | 'EXTERNAL', input: Partial<CreateServiceCommandInput>) =>
    client.send(new CreateServiceCommand({ serviceName: 'api', deploymentController: { type: controller }, ...input }));
  const describe = async () => (await client.send(new DescribeServicesCommand({ services: ['api'] }))).services?.[0];
  return { clock, client, create, describe };
}

test("CodeDeploy's service has task sets instead of deployments, and UpdateService does not deploy it", async () => {
  const { clock, client, create, describe } = await world();
  await create('CODE_DEPLOY', { taskDefinition: 'app:1', desiredCount: 1, ...FARGATE });
  await clock.advance(3000);
  expect(await describe()).toMatchObject({
    deploymentController: { type: 'CODE_DEPLOY' },
    deployments: [],
    taskSets: [{ status: 'PRIMARY', taskDefinition: expect.stringMatching(/app:1$/) }],
    runningCount: 1,
  });
  await expect(
    client.send(new UpdateServiceCommand({ service: 'api', taskDefinition: 'app:2' })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(/^Unable to update task definition on services with a CODE_DEPLOY/),
  });
  await client.send(new UpdateServiceCommand({ service: 'api', desiredCount: 2 }));
  await clock.advance(3000);
  expect((await describe())?.runningCount).toBe(2);
});

test('an external service has no task definition and can be deleted', async () => {
  const { clock, client, create, describe } = await world();
  await expect(create('EXTERNAL', { taskDefinition: 'app:1' })).rejects.toMatchObject({
    message: 'TaskDefinition must be blank.',
  });
  await create('EXTERNAL', {});
  expect(await describe()).toMatchObject({ deployments: [], runningCount: 0 });
  await expect(
    client.send(new UpdateServiceCommand({ service: 'api', taskDefinition: 'app:1' })),
  ).rejects.toMatchObject({ message: 'TaskDefinition must be blank.' });
  await client.send(new DeleteServiceCommand({ service: 'api' }));
  await clock.advance(100);
  expect((await describe())?.status).toBe('INACTIVE');
});
