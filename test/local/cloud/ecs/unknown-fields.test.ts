import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { fargateDefinition, localEcs } from '../../../support/local-ecs.ts';

/** The wire itself: the SDK would drop what it does not know. */
function wire() {
  const clock = virtualClock();
  const { ecs } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  const dispatcher = createDispatcher([ecs]);
  return async (operation: string, body: object) => {
    const { body: answer } = await dispatcher.handle({
      method: 'POST',
      path: '/',
      headers: {
        'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
        'content-type': 'application/x-amz-json-1.1',
      },
      body: JSON.stringify(body),
    });
    return JSON.parse(answer);
  };
}

const newer = {
  ...fargateDefinition('v:1', {
    warmStart: { seconds: 5, layers: ['a', ''] },
    portMappings: [{ containerPort: 80, sidePort: 81 }],
    environment: [{ name: 'A', value: '', source: null }],
  }),
  quietHours: { from: 22 },
  runtimePlatform: { cpuArchitecture: 'X86_64', firmware: 'uefi' },
};

test('members of a task definition that the SDK does not know yet come back, at every depth', async () => {
  const send = wire();
  await send('RegisterTaskDefinition', newer);
  const { taskDefinition } = await send('DescribeTaskDefinition', { taskDefinition: 'app:1' });
  expect(taskDefinition).toMatchObject({
    quietHours: { from: 22 },
    runtimePlatform: { firmware: 'uefi' },
    containerDefinitions: [
      {
        warmStart: { seconds: 5, layers: ['a', ''] },
        portMappings: [{ containerPort: 80, sidePort: 81 }],
        environment: [{ name: 'A', value: '', source: null }],
      },
    ],
  });
});

/** What ECS adds to a task definition when it registers it. */
const ADDED = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
];

test('what was described can be registered again and comes back the same', async () => {
  const send = wire();
  const { taskDefinition: first } = await send('RegisterTaskDefinition', newer);
  const own = Object.fromEntries(Object.entries(first).filter(([key]) => !ADDED.includes(key)));
  expect(own).toHaveProperty('quietHours');
  const { taskDefinition: second } = await send('RegisterTaskDefinition', own);
  expect(second).toMatchObject(own);
});
