import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { randomFrom } from '../support/random.ts';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const versions = ['1.1.0', '1.2.0', '1.10.0', '2.0.0'];

/** The version that a revision was made for; the first one was ours to make. */
async function versionOf(taskDefinition: string | undefined): Promise<string> {
  const { tags = [] } = await new ECSClient(shop.aws).send(
    new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }),
  );
  return tags.find(({ key }) => key === 'batuta:tag')?.value ?? '1.0.0';
}

test.each([1, 2, 3, 4])(
  'pushes in any order, told late and out of order, only ever lead upwards (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const updates: string[] = [];
    let isOpen = false;
    shop = await openShop({
      intercept({ headers, body }) {
        if (headers['x-amz-target']?.endsWith('.UpdateService')) updates.push(JSON.parse(body).taskDefinition);
        return undefined;
      },
      delivery(_event, deliver) {
        if (isOpen) shop.clock.setTimer(random() * 60_000, deliver);
        else deliver();
      },
    });
    isOpen = true;
    const shuffled = versions.map((version) => ({ version, at: random() })).toSorted((a, b) => a.at - b.at);
    for (const { version } of shuffled) {
      await shop.push(version);
      await shop.pass(random() * 90);
    }
    await shop.pass(600);
    const rolled = await Promise.all(updates.map(versionOf));
    const rank = ['1.0.0', ...versions];
    expect(rolled).toEqual(rolled.toSorted((a, b) => rank.indexOf(a) - rank.indexOf(b)));
    expect(new Set(rolled).size).toBe(rolled.length);
    const { services } = await new ECSClient(shop.aws).send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }),
    );
    expect(await versionOf(services?.[0]?.taskDefinition)).toBe('2.0.0');
    expect(shop.hooks.map(({ body }) => body.data.title)).toContain('shop-api 2.0.0 is deployed');
  },
);
