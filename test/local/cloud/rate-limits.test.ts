import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createRateLimits } from '../../../local/cloud/rate-limits.ts';
import { createFakeEngine } from '../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

function limited() {
  const clock = virtualClock();
  const { ecs } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  const dispatcher = createDispatcher([ecs], createRateLimits(clock, { exempt: ['root'] }));
  const client = (accessKey: string) => new ECSClient(clientConfig(dispatcher, accessKey));
  const register = (accessKey = 'function') =>
    client(accessKey).send(new RegisterTaskDefinitionCommand(fargateDefinition('a')));
  const run = (count: number) =>
    client('function').send(new RunTaskCommand({ taskDefinition: 'app', count, ...FARGATE }));
  const prepare = () => client('root').send(new CreateClusterCommand({}));
  return { clock, register, run, prepare };
}

/** How many of the calls are let through before the first ThrottlingException. */
async function untilThrottled(call: () => Promise<unknown>): Promise<number> {
  for (let done = 0; ; done++) {
    const refused = await call().then(
      () => undefined,
      (error: Error) => error,
    );
    if (!refused) continue;
    expect(refused).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    return done;
  }
}

test('task definitions are registered 20 at once, then one a second', async () => {
  const { clock, register } = limited();
  expect(await untilThrottled(register)).toBe(20);
  await clock.advance(5000);
  expect(await untilThrottled(register)).toBe(5);
});

test('a bucket holds no more than its burst, however long nothing comes', async () => {
  const { clock, register } = limited();
  await clock.advance(3_600_000);
  expect(await untilThrottled(register)).toBe(20);
});

test('a throttled call takes no token and does nothing', async () => {
  const { clock, register } = limited();
  await untilThrottled(register);
  for (let more = 0; more < 10; more++) await untilThrottled(register);
  await clock.advance(1000);
  const { taskDefinition } = await register();
  expect(taskDefinition?.revision).toBe(21);
});

test('each Fargate task counts, not each call of RunTask', async () => {
  const { prepare, register, run } = limited();
  await prepare();
  await register();
  expect(await untilThrottled(() => run(10))).toBe(10);
});

test('who is exempt takes nothing from the others', async () => {
  const { register } = limited();
  for (let count = 0; count < 40; count++) await register('root');
  expect(await untilThrottled(register)).toBe(20);
});
