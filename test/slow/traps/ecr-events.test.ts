import { fileURLToPath } from 'node:url';
import { CreateServiceCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../../local/cloud/events/envelope.ts';
import { AwsError } from '../../../local/cloud/service.ts';
import { openHeldShop } from '../../support/held-shop.ts';
import { FARGATE, fargateDefinition } from '../../support/local-ecs.ts';
import { executionRoleArn, openShipShop, type ShipShop } from '../../support/ship-shop.ts';

const configFile = fileURLToPath(new URL('../../fixtures/region/batuta.yml', import.meta.url));
const digest = `sha256:${'a'.repeat(64)}`;
const ecr = (type: string, detail: object) => ({
  source: 'aws.ecr',
  'detail-type': type,
  account: '123456789012',
  region: 'us-east-1',
  detail: { result: 'SUCCESS', 'repository-name': 'shop/api', 'image-digest': digest, ...detail },
});
const action = (detail: object) => ecr('ECR Image Action', { 'action-type': 'PUSH', ...detail });

/** One shop, whose own ECR events are kept back while `isLost`; what a test says of them it brings itself. */
let shop: ShipShop;
let isLost = false;
let isRefused = false;
const seen: EventEnvelope[] = [];
beforeAll(async () => {
  shop = await openShipShop({
    delivery(event, deliver) {
      seen.push(event);
      if (!isLost || event.source !== 'aws.ecr') deliver();
    },
    faults: {
      before(service, operation) {
        if (isRefused && service === 'ecr') throw new AwsError('RepositoryPolicyNotFoundException', operation);
      },
    },
  });
  await shop.pass(70);
});
afterAll(() => shop.close());

const bring = (event: object) => shop.invoke('deploy-on-image-push', event);

/** Pushes without its event, and brings another one; the next sweep is more than the time looked at away. */
async function pushThen(version: string, event: object) {
  await shop.pass(60 - ((shop.clock.now() / 1000) % 60) + 15);
  isLost = true;
  await shop.push(version);
  isLost = false;
  await bring(event);
  await shop.pass(20);
  return shop.deployment(version);
}

describe('delivery', () => {
  test('ECR events are best effort: a push whose event never comes is found by the sweep', async () => {
    isLost = true;
    await shop.push('1.1.0');
    await shop.pass(120);
    isLost = false;
    expect(await shop.deployment('1.1.0')).toMatchObject({ state: 'succeeded', trigger: { kind: 'sweep' } });
  });

  test('a function that throws is tried twice more within three minutes, then its own dead-letter queue has the event', async () => {
    isRefused = true;
    const before = shop.errors.length;
    const mine = () => shop.errors.slice(before).filter(({ errorMessage }) => !errorMessage.startsWith('deployments:'));
    await shop.push('1.2.0');
    await shop.pass(1);
    expect(mine()).toHaveLength(1);
    await shop.pass(178);
    expect(mine()).toHaveLength(2);
    await shop.pass(5);
    isRefused = false;
    expect(mine()).toHaveLength(3);
    expect(await shop.deadLetters()).toContainEqual(expect.stringMatching(/DescribeImages: Repository/));
    await shop.pass(120);
    expect(await shop.deployment('1.2.0')).toMatchObject({ state: 'succeeded' });
  });

  test('the dead-letter queues are standard queues', () => {
    const queues = Object.values(shop.stack.resources).filter(({ type }) => type === 'AWS::SQS::Queue');
    expect(queues.length).toBeGreaterThan(5);
    expect(queues.filter((queue) => /fifo/i.test(JSON.stringify(queue)))).toEqual([]);
  });
});

describe('ECR Image Action', () => {
  test.each([
    ['an untagged push has image-tag "" and is ignored', action({ 'image-tag': '' })],
    ['action-type DELETE brings no image', action({ 'action-type': 'DELETE', 'image-tag': '9.9.9' })],
    ['UPDATE_STORAGE_CLASS brings no image', action({ 'action-type': 'UPDATE_STORAGE_CLASS', 'image-tag': '9.9.9' })],
    ['a push whose result is FAILURE brings no image', action({ result: 'FAILURE', 'image-tag': '9.9.9' })],
  ])('%s', async (_fact, event) => {
    const version = `1.3.${Math.floor(shop.clock.now() / 1000) % 10_000}`;
    expect(await pushThen(version, event)).toBeUndefined();
    await shop.pass(90);
    expect(await shop.deployment(version)).toMatchObject({ state: 'succeeded', trigger: { kind: 'sweep' } });
  });

  test("digest, media types and a digest of 60 digits as in AWS's samples are not asked for", async () => {
    const bare = action({ 'image-tag': '1.4.0', 'image-digest': undefined });
    expect(await pushThen('1.4.0', bare)).toMatchObject({ trigger: { kind: 'push' } });
    const short = action({ 'image-tag': '1.4.1', 'image-digest': `sha256:${'7'.repeat(60)}` });
    expect(await pushThen('1.4.1', short)).toMatchObject({ trigger: { kind: 'push' } });
  });

  test('one digest pushed with three tags is three events and one deployment', async () => {
    const before = (await shop.deployments()).length;
    const from = seen.length;
    for (const tag of ['1.5.0', '1.5.1', '1.5.2']) await shop.pushImage('shop/api', tag, 'shop-api:1.5.0');
    await shop.pass(180);
    expect(seen.slice(from).filter((event) => event['detail-type'] === 'ECR Image Action')).toHaveLength(3);
    expect((await shop.deployments()).slice(before)).toMatchObject([{ state: 'succeeded' }]);
  });

  test('a multi-platform push fires for each untagged child too: the tagged index alone is deployed, once', async () => {
    const events: EventEnvelope[] = [];
    const held = await openHeldShop(
      {},
      {
        delivery(event, deliver) {
          events.push(event);
          deliver();
        },
      },
    );
    await held.pass(70);
    const { digest: index } = await held.pushImage('1.1.0', { platforms: ['linux/amd64', 'linux/arm64'] });
    await held.pass(120);
    const pushes = events.filter((event) => event['detail-type'] === 'ECR Image Action');
    // The rule's pattern leaves the children out already.
    expect(pushes.map(({ detail }) => (detail as Record<string, string>)['image-tag'])).toEqual(['latest', '1.1.0']);
    expect(await held.deployments()).toMatchObject([{ state: 'succeeded', image: { digest: index } }]);
    await held.close();
  });
});

describe('ECR Replication Action', () => {
  const replicated = (detail: object) =>
    ecr('ECR Replication Action', {
      'action-type': 'REPLICATE',
      'source-account': '999999999999',
      'source-region': 'eu-west-1',
      ...detail,
    });

  test('a replication is a push to the top-level region, its destination', async () => {
    expect(await pushThen('1.6.0', replicated({ 'image-tag': '1.6.0' }))).toMatchObject({ trigger: { kind: 'push' } });
  });

  test('the FAILED variant brings no image', async () => {
    expect(await pushThen('1.6.1', replicated({ 'image-tag': '1.6.1', result: 'FAILED' }))).toBeUndefined();
  });
});

test.each([
  ['only the sweep sees them', false, 'sweep'],
  ['with one, their event comes at once', true, 'push'],
])('pushes in another region without a forwarding rule: %s', async (_fact, isForwarded, kind) => {
  const there = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api';
  const other = await openShipShop({ configFile, service: false });
  await other.pushImage(there, '1.0.0');
  await other.register(fargateDefinition(`${there}:1.0.0`, {}, { family: 'shop-api', executionRoleArn }));
  const placed = { cluster: 'prod', serviceName: 'shop-api', taskDefinition: 'shop-api', desiredCount: 1 };
  await other.ecs.send(new CreateServiceCommand({ ...placed, ...FARGATE }));
  await other.pass(130);
  const { digest: pushed } = await other.pushImage(there, '1.1.0');
  if (isForwarded) {
    const detail = { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': 'shop/api', 'image-tag': '1.1.0' };
    await other.invoke('deploy-on-image-push', { ...action({}), region: 'eu-west-1', detail });
  }
  await other.pass(90);
  expect(await other.deployment('1.1.0')).toMatchObject({
    state: 'succeeded',
    trigger: { kind },
    image: { digest: pushed },
  });
  const { services } = await other.ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  expect(services?.[0]?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  await other.close();
});
