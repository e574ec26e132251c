import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createRateLimits, type RateLimitOptions } from '../../../local/cloud/rate-limits.ts';
import { createFakeEngine } from '../../support/fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

function limited(options: RateLimitOptions = {}) {
  const clock = virtualClock();
  const { ecs } = localEcs({ clock, engine: createFakeEngine(clock, () => ({})) });
  const dispatcher = createDispatcher([ecs], createRateLimits(clock, { exempt: ['root'], ...options }));
  const client = (accessKey: string) => new ECSClient(clientConfig(dispatcher, accessKey));
  const register = (accessKey = 'function') =>
    client(accessKey).send(new RegisterTaskDefinitionCommand(fargateDefinition('a')));
  const run = (count: number, on: object = FARGATE) =>
    client('function').send(new RunTaskCommand({ taskDefinition: 'app', count, ...on }));
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

const { networkConfiguration } = FARGATE;
const onSpot = { networkConfiguration, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
const onBoth = {
  networkConfiguration,
  capacityProviderStrategy: [
    { capacityProvider: 'FARGATE', weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 3 },
  ],
};

test('Spot has a launch bucket of its own', async () => {
  const { clock, prepare, register, run } = limited();
  await prepare();
  await register();
  expect(await untilThrottled(() => run(10))).toBe(10);
  expect(await untilThrottled(() => run(10, onSpot))).toBe(10);
  await clock.advance(1000);
  expect(await untilThrottled(() => run(1, onSpot))).toBe(20);
});

test('a call that spreads its tasks takes from both buckets, or from none', async () => {
  const { clock, prepare, register, run } = limited();
  await prepare();
  await register();
  // Six of each eight go to Spot.
  expect(await untilThrottled(() => run(8, onBoth))).toBe(16);
  expect(await untilThrottled(() => run(8))).toBe(8);
  await clock.advance(1000);
  expect(await untilThrottled(() => run(10))).toBe(2);
});

test('what others of the account launch is not there for us', async () => {
  const { clock, prepare, register, run } = limited({ launches: { takenByOthers: 0.5 } });
  await prepare();
  await register();
  expect(await untilThrottled(() => run(1))).toBe(50);
  await clock.advance(2000);
  expect(await untilThrottled(() => run(1))).toBe(20);
});

test('an account may have another launch rate', async () => {
  const { clock, prepare, register, run } = limited({ launches: { burst: 10, perSecond: 2 } });
  await prepare();
  await register();
  expect(await untilThrottled(() => run(1))).toBe(10);
  await clock.advance(2000);
  expect(await untilThrottled(() => run(1))).toBe(4);
});
