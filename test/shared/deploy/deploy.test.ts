import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/service.ts';
import { deployOnPush } from '../../../shared/deploy/deploy-on-push.ts';
import { deployWorld, digestOf, REGISTRY } from '../../support/deploy-world.ts';
import { shopApi } from '../../support/deployments.ts';
import { fargateDefinition } from '../../support/local-ecs.ts';

type World = ReturnType<typeof deployWorld>;
const worlds: World[] = [];
function world(options: Parameters<typeof deployWorld>[0] = {}): World {
  const made = deployWorld(options);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

const states = (shop: World) => shop.deployments().map(({ image, state }) => `${image.tag} ${state}`);
const last = (shop: World) => shop.deployments().at(-1);
const throttled = () => new AwsError('ThrottlingException', 'Rate exceeded');
const on = (operation: string, error: () => AwsError) => (called: string) =>
  called === operation ? error() : undefined;

test('a push is rolled out and succeeds when PRIMARY is ours and COMPLETED', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.1.0').announce();
  expect(states(shop)).toEqual(['1.1.0 rolling']);
  await shop.pass(10);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
  expect(await shop.live()).toBe('shop-api:2 COMPLETED');
  expect(shop.published).toEqual(['preparing', 'rolling', 'succeeded']);
});

test('the record tells what a message needs', async () => {
  const shop = world();
  await shop.createService();
  const { digest } = shop.push('1.1.0');
  await shop.sweep();
  await shop.pass(10);
  expect(last(shop)).toMatchObject({
    trigger: { kind: 'sweep' },
    image: { repository: 'shop/api', tag: '1.1.0', digest },
    from: { taskDefinitionArn: expect.stringMatching(/shop-api:1$/), tag: '1.0.0' },
    to: { taskDefinitionArn: expect.stringMatching(/shop-api:2$/) },
    ecsDeploymentId: expect.stringMatching(/^ecs-svc\//),
    firstRunningAt: expect.any(Number),
    rolledAt: expect.any(Number),
    finishedAt: expect.any(Number),
    crashes: {},
  });
});

test('a deployment takes five ECS and ECR calls up to UpdateService', async () => {
  const shop = world();
  await shop.createService();
  shop.calls.length = 0;
  await shop.push('1.1.0').announce();
  expect(shop.calls).toEqual([
    'DescribeImages',
    'DescribeServices',
    'DescribeTaskDefinition',
    'RegisterTaskDefinition',
    'UpdateService',
  ]);
});

test('only the image of the revision changes, and nothing of the service (invariant 8)', async () => {
  const shop = world();
  await shop.createService();
  const look = async () => {
    const { services } = await shop.client.send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }),
    );
    const { taskDefinition } = await shop.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'shop-api' }),
    );
    const {
      taskDefinition: _,
      deployments: __,
      events: ___,
      currentServiceDeployment: _d,
      currentServiceRevisions: _r,
      ...service
    } = services?.[0] ?? {};
    const { taskDefinitionArn: _a, revision: _v, registeredAt: _t, ...definition } = taskDefinition ?? {};
    return { service, definition };
  };
  const before = await look();
  const { announce, digest } = shop.push('1.1.0');
  await announce();
  await shop.pass(10);
  const image = `${REGISTRY}/shop/api@${digest}`;
  const container = { ...before.definition.containerDefinitions?.[0], image };
  expect(await look()).toEqual({ ...before, definition: { ...before.definition, containerDefinitions: [container] } });
});

test('a push that no event tells of is found by the sweep', async () => {
  const shop = world();
  await shop.createService();
  shop.push('1.1.0');
  await shop.pass(120, 10);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
});

test('a sweep with nothing to do asks ECR once and ECS never', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.1.0').announce();
  await shop.pass(60, 10);
  shop.calls.length = 0;
  await shop.sweep();
  expect(shop.calls).toEqual(['DescribeImages']);
});

test('an image that crashes is taken back with the reason, without a circuit breaker', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(20);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
  expect(last(shop)).toMatchObject({
    outcome: { reason: '3 tasks of shop-api:2 died within 10 minutes: exit code 1 of container app' },
    rollback: { by: 'batuta' },
  });
  expect(shop.published).toEqual(['preparing', 'rolling', 'rolling-back', 'rolled-back']);
});

test('a rollout that the circuit breaker took back is told as that, though no event tells of it', async () => {
  const behave = (name: string) => (name === 'bad' ? { cannotStart: 'CannotStartContainerError: no' } : {});
  const shop = world({ breaker: true, events: false, behave });
  await shop.createService();
  await shop.push('1.2.0', 'bad').announce();
  await shop.pass(180, 10);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(last(shop)).toMatchObject({
    outcome: { reason: expect.stringContaining('circuit breaker') },
    rollback: { by: 'circuit-breaker' },
  });
});

test('a crash loop that no event tells of is found by the sweep in the stopped tasks', async () => {
  const shop = world({ events: false });
  await shop.createService();
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(180, 20);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(last(shop)?.outcome?.reason).toMatch(/^\d+ tasks of shop-api:2 died within 10 minutes: exit code 1/);
});

test('a rollout of which nothing is known leaves rolling within its timeout and two sweeps (invariant 3)', async () => {
  const shop = world({ events: false, service: { timeoutMs: 5 * 60_000 } });
  await shop.createService();
  shop.refuse(on('ListTasks', () => new AwsError('AccessDeniedException', 'not authorized to perform: ecs:ListTasks')));
  await shop.push('1.2.0', 'crash').announce();
  await shop.pass(4 * 60, 20);
  expect(states(shop)).toEqual(['1.2.0 rolling']);
  await shop.pass(3 * 60, 20);
  expect(states(shop)).not.toEqual(['1.2.0 rolling']);
  await shop.pass(2 * 60, 20);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  expect(last(shop)?.outcome?.reason).toMatch(/^not stable 5 min after UpdateService/);
});

test('what failed is not tried again, and its push under another tag is skipped, once', async () => {
  const shop = world();
  await shop.createService();
  const { announce } = shop.push('1.2.0', 'crash');
  await announce();
  await shop.pass(180, 5);
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  await announce();
  expect(states(shop)).toEqual(['1.2.0 rolled-back']);
  const again = shop.push('1.2.1', 'crash');
  await again.announce();
  await again.announce();
  expect(states(shop)).toEqual(['1.2.0 rolled-back', '1.2.1 skipped']);
  expect(last(shop)?.outcome?.reason).toMatch(/this digest failed before \(d-/);
});

test('a doubled event deploys once', async () => {
  const shop = world();
  await shop.createService();
  const { announce } = shop.push('1.1.0');
  await announce();
  await announce();
  await shop.pass(10);
  await announce();
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
});

test('five pushes in a second are one rollout of the newest', async () => {
  const shop = world();
  await shop.createService();
  const pushes = [1, 2, 3, 4, 5].map((minor) => shop.push(`1.${minor}.0`));
  await Promise.all(pushes.map(({ announce }) => announce()));
  await shop.pass(10);
  expect(states(shop)).toEqual(['1.5.0 succeeded']);
});

test('a push that comes while another is being deployed is seen by that one', async () => {
  const shop = world();
  await shop.createService();
  const first = shop.push('1.1.0').announce();
  await Promise.all([first, shop.push('1.2.0').announce()]);
  await shop.pass(10);
  expect(states(shop).at(-1)).toBe('1.2.0 succeeded');
  expect(states(shop).filter((told) => /rolling|preparing/.test(told))).toEqual([]);
});

test('a newer push replaces a rollout; if it fails, the service goes back to what ran well', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.1.0').announce();
  await shop.push('1.2.0', 'crash').announce();
  expect(states(shop)).toEqual(['1.1.0 superseded', '1.2.0 rolling']);
  expect(shop.deployments()[0]?.outcome?.reason).toMatch(/^1\.2\.0 replaced it/);
  await shop.pass(20);
  expect(states(shop)).toEqual(['1.1.0 superseded', '1.2.0 rolled-back']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

test('a rollout that was done counts as done, though the newer push is quicker than the news', async () => {
  const shop = world({ events: false });
  await shop.createService();
  await shop.push('1.1.0').announce();
  await shop.pass(10);
  await shop.push('1.2.0', 'crash').announce();
  expect(states(shop)).toEqual(['1.1.0 succeeded', '1.2.0 rolling']);
  expect(last(shop)?.from?.taskDefinitionArn).toMatch(/shop-api:2$/);
});

test('a newer push ends a rollback that is under way', async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.2.0', 'crash').announce();
  for (let tenth = 0; last(shop)?.state !== 'rolling-back' && tenth < 100; tenth++) await shop.pass(0.1, 0.1);
  await shop.push('1.3.0').announce();
  await shop.pass(10);
  expect(states(shop)).toEqual(['1.2.0 failed', '1.3.0 succeeded']);
});

test("somebody else's deployment supersedes ours, which is not called rolled back", async () => {
  const shop = world();
  await shop.createService();
  await shop.push('1.1.0').announce();
  const image = `${REGISTRY}/shop/api:hotfix`;
  await shop.client.send(new RegisterTaskDefinitionCommand({ ...fargateDefinition(image), family: 'shop-api' }));
  await shop.client.send(
    new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', taskDefinition: 'shop-api' }),
  );
  await shop.pass(120, 10);
  expect(states(shop)).toEqual(['1.1.0 superseded']);
  expect(last(shop)?.outcome?.reason).toBe("somebody else's deployment of shop-api:3 replaced it");
});

test.each(['DescribeImages', 'DescribeServices', 'DescribeTaskDefinition', 'RegisterTaskDefinition', 'UpdateService'])(
  'where %s is throttled for longer than an invocation lives, the next one goes on, and nothing fails',
  async (operation) => {
    const shop = world();
    await shop.createService();
    const until = shop.clock.now() + 150_000;
    shop.refuse((asked) => (shop.clock.now() < until ? on(operation, throttled)(asked) : undefined));
    await shop.push('1.1.0').announce();
    expect(shop.clock.now() - until).toBeLessThan(2_000);
    await shop.pass(120, 10);
    expect(states(shop)).toEqual(['1.1.0 succeeded']);
    expect(await shop.live()).toBe('shop-api:2 COMPLETED');
  },
);

test('a deployment that AWS throttles beyond its timeout fails, the service untouched', async () => {
  const shop = world({ service: { timeoutMs: 3 * 60_000 } });
  await shop.createService();
  shop.refuse(on('RegisterTaskDefinition', throttled));
  await shop.push('1.1.0').announce();
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

test('an UpdateService whose answer is lost is found to have happened', async () => {
  const shop = world();
  await shop.createService();
  shop.loseAnswer(on('UpdateService', () => new AwsError('ServerException', 'lost', 500)));
  await shop.push('1.1.0').announce();
  expect(states(shop)).toEqual(['1.1.0 rolling']);
  await shop.pass(10);
  expect(states(shop)).toEqual(['1.1.0 succeeded']);
});

test('a refused registration fails the deployment with what AWS said, the service untouched', async () => {
  const shop = world();
  await shop.createService();
  const said = 'User: batuta is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/x';
  shop.refuse(on('RegisterTaskDefinition', () => new AwsError('AccessDeniedException', said)));
  await shop.push('1.1.0').announce();
  await shop.pass(120, 30);
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(last(shop)?.outcome).toEqual({
    reason: expect.stringContaining(said),
    hint: expect.stringContaining('passRoles'),
  });
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

test('"Too many concurrent attempts" is tried again', async () => {
  const shop = world();
  await shop.createService();
  let left = 2;
  const crowded = () =>
    new AwsError('ClientException', 'Too many concurrent attempts to create a new revision of the specified family.');
  shop.refuse((operation) => (operation === 'RegisterTaskDefinition' && left-- > 0 ? crowded() : undefined));
  await shop.push('1.1.0').announce();
  expect(states(shop)).toEqual(['1.1.0 rolling']);
});

test('a service that does not exist fails the push, once, and is deployed when it exists', async () => {
  const shop = world();
  const { announce } = shop.push('1.1.0');
  await announce();
  await announce();
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(last(shop)?.outcome?.reason).toBe('service shop-api does not exist in cluster prod');
  await shop.createService();
  await shop.pass(120, 10);
  expect(states(shop)).toEqual(['1.1.0 failed', '1.1.0 succeeded']);
});

test('a service none of whose containers is of the repository is left alone, with what it has', async () => {
  const shop = world();
  await shop.createService({}, `${REGISTRY}/shop/web:1.0.0`);
  await shop.push('1.1.0').announce();
  await shop.pass(60, 10);
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(last(shop)?.outcome?.reason).toMatch(
    /no container of shop-api has an image of .*shop\/api; it has app \(.*shop\/web:1.0.0\)/,
  );
  expect(await shop.live()).toBe('shop-api:1 COMPLETED');
});

test('at the first look a service that runs the chosen tag is left in peace', async () => {
  const shop = world();
  shop.push('1.0.0');
  await shop.createService();
  await shop.pass(120, 30);
  expect(shop.deployments()).toEqual([]);
  expect(await shop.deps.pointers.get('shop-api')).toMatchObject({
    accepted: { tag: '1.0.0' },
    lastSuccessful: { taskDefinitionArn: expect.stringMatching(/shop-api:1$/) },
  });
});

test('at the first look a service that runs something else is brought to what the policy chooses', async () => {
  const shop = world();
  shop.push('1.0.0');
  shop.push('1.4.0');
  await shop.createService();
  await shop.pass(120, 30);
  expect(states(shop)).toEqual(['1.4.0 succeeded']);
});

test('an image deleted from ECR before it was rolled out fails, the service untouched', async () => {
  const shop = world();
  await shop.createService();
  shop.refuse((operation) => {
    if (operation === 'RegisterTaskDefinition') shop.images.length = 0;
    return on('RegisterTaskDefinition', throttled)(operation);
  });
  await shop.push('1.1.0').announce();
  expect(states(shop)).toEqual(['1.1.0 failed']);
  expect(last(shop)?.outcome?.reason).toMatch(/no longer in ECR/);
});

test('an exact tag is followed back and forth; the way back is recorded as such', async () => {
  const shop = world({ service: { image: { ...shopApi.image, tags: { kind: 'exact', tag: 'latest' } } } });
  await shop.createService({}, `${REGISTRY}/shop/api:latest`);
  for (const content of ['a', 'b', 'a']) {
    await shop.push('latest', content).announce();
    await shop.pass(10);
  }
  expect(shop.deployments().map(({ image, state, movedBack }) => [image.digest, state, movedBack])).toEqual([
    [digestOf('a'), 'succeeded', undefined],
    [digestOf('b'), 'succeeded', undefined],
    [digestOf('a'), 'succeeded', true],
  ]);
});

test.each([
  ['another account', { account: '999999999999' }],
  ['another region', { region: 'eu-west-1' }],
  ['a repository that nobody wants', { repository: 'shop/other' }],
  ['a tag that the policy does not admit', { tag: 'dev' }],
])('a push to %s asks nothing of AWS', async (_what, parts) => {
  const shop = world();
  await shop.createService();
  const { event } = shop.push('1.1.0');
  shop.calls.length = 0;
  await deployOnPush({ ...event, ...parts }, shop.deps, () => 60_000);
  expect(shop.calls).toEqual([]);
});
