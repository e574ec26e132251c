import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsError } from '../../local/cloud/service.ts';
import { createChecked, isNow, openShipShop, type ShipShop, sickening } from '../support/ship-shop.ts';

/** Longer than Lambda tries again, so that what was waited for comes only from the sweep. */
const throttledS = 250;
const settledS = 130;

const calls = [
  'dynamodb GetItem',
  'dynamodb PutItem',
  'dynamodb DeleteItem',
  'dynamodb Query',
  'events PutEvents',
  'ecr DescribeImages',
  'ecr BatchGetImage',
  'ecr GetDownloadUrlForLayer',
  'ecs DescribeServices',
  'ecs DescribeTaskDefinition',
  'ecs RegisterTaskDefinition',
  'ecs UpdateService',
  'every call',
];

let shop: ShipShop;
let isThrottled: (call: string) => boolean = () => false;
let struck = 0;
let minor = 1;
beforeAll(async () => {
  shop = await openShipShop({
    create: createChecked,
    behave: sickening,
    faults: {
      before(service, operation) {
        if (!isThrottled(`${service} ${operation}`)) return;
        struck += 1;
        throw new AwsError('ThrottlingException', 'Rate exceeded');
      },
    },
  });
  await shop.pass(70);
  await shop.push('1.0.1');
  await shop.pass(60);
});
afterAll(() => shop.close());

async function pushWhileThrottled(call: string, suffix: '' | '-sick') {
  const { tag: before } = await isNow(shop);
  const version = `1.${minor++}.0`;
  struck = 0;
  isThrottled = (made) => call === 'every call' || made === call;
  await shop.push(version + suffix);
  await shop.pass(throttledS);
  isThrottled = () => false;
  await shop.pass(suffix ? 2 * settledS : settledS);
  return { version, before, deployment: await shop.deployment(version), now: await isNow(shop) };
}

test.each(calls)('%s throttled for minutes: the push is deployed in the end', async (call) => {
  const { version, deployment, now } = await pushWhileThrottled(call, '');
  expect(struck).toBeGreaterThan(0);
  expect(deployment).toMatchObject({ state: 'succeeded' });
  expect(await shop.unended()).toEqual([]);
  expect(now).toEqual({ tag: version, running: 2, rollouts: ['COMPLETED'] });
  expect(shop.titles().filter((title) => title.includes(version))).toEqual([`shop-api ${version} is deployed`]);
});

test.each(calls.filter((call) => !/ecr|Definition|DeleteItem|Query|PutEvents/.test(call)))(
  '%s throttled for minutes: a push that fails is back in the end',
  async (call) => {
    const { before, deployment, now } = await pushWhileThrottled(call, '-sick');
    expect(struck).toBeGreaterThan(0);
    expect(deployment).toMatchObject({ state: 'rolled-back' });
    expect(await shop.unended()).toEqual([]);
    expect(now).toEqual({ tag: before, running: 2, rollouts: ['COMPLETED'] });
  },
);
