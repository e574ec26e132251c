import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Run } from '../../shared/run/run.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
let shop: Shop;
afterEach(() => shop.close());

const open = async () => {
  shop = await openShop({ configFile, service: false, behave: () => ({ runMs: 30_000 }) });
};
async function start(): Promise<() => Promise<Run>> {
  const { body } = await shop.api('POST', '/api/jobs/tools/runs', { body: {} });
  return async () => (await shop.table.get({ pk: `run#${body.run.id}`, sk: 'run' }))?.value as Run;
}
const started = () => shop.engine.started.map(nameOfImage).filter((name) => name.startsWith('shop/tools'));
const looks = () => shop.calls.filter((call) => /launch-runs ecr DescribeImages/.test(call)).length;

test('the next run takes the new image, and a run in flight keeps its own', async () => {
  await open();
  await shop.pushImage('shop/tools', '1.0.0');
  const first = await start();
  await shop.pass(10);
  await shop.pushImage('shop/tools', '1.1.0');
  await shop.pass(1);
  const second = await start();
  await shop.pass(10);
  expect(started()).toEqual(['shop/tools:1.0.0', 'shop/tools:1.1.0']);
  const definition = async (run: () => Promise<Run>) => (await run()).attempts[0]?.request.taskDefinitionArn;
  expect(await definition(first)).toMatch(/tools:1$/);
  expect(await definition(second)).toMatch(/tools:2$/);
  await shop.pass(120);
  expect([(await first()).state, (await second()).state]).toEqual(['succeeded', 'succeeded']);
});

test('a burst of runs asks ECR once', async () => {
  await open();
  await shop.pushImage('shop/tools', '1.0.0');
  for (let run = 0; run < 12; run++) await start();
  await shop.pass(40);
  expect(started()).toHaveLength(12);
  expect(looks()).toBe(1);
});

test('where no event tells of a push, the new image is used within a minute or so', async () => {
  shop = await openShop({
    configFile,
    service: false,
    behave: () => ({ runMs: 1000 }),
    delivery: ({ source }, deliver) => (source === 'aws.ecr' ? undefined : deliver()),
  });
  await shop.pushImage('shop/tools', '1.0.0');
  await start();
  await shop.pass(20);
  await shop.pushImage('shop/tools', '1.1.0');
  await shop.pass(61);
  await start();
  await shop.pass(20);
  expect(started()).toEqual(['shop/tools:1.0.0', 'shop/tools:1.1.0']);
});

test('a run for which ECR holds no image fails and says so; one pushed afterwards helps the next at once', async () => {
  await open();
  await shop.pushImage('shop/tools', 'latest');
  const failed = await start();
  await shop.pass(5);
  expect(await failed()).toMatchObject({
    state: 'failed',
    outcome: {
      kind: 'image',
      cause: "no image in shop/tools is one that the job's tag policy admits",
      hint: 'push one, or correct jobs.tools.image in batuta.yml',
    },
  });
  await shop.pushImage('shop/tools', '1.0.0');
  await start();
  await shop.pass(5);
  expect(started()).toEqual(['shop/tools:1.0.0']);
});
