import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ScheduledTaskDeployment } from '../../shared/deploy/scheduled/scheduled-deployment.ts';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { openShop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));

/** A push whose handler dies after the call `crashAt`, its effect done; what became of it ten minutes later. */
async function play(crashAt = Number.POSITIVE_INFINITY) {
  const shop = await openShop({ configFile, service: false });
  const tasks = scheduledTasks(shop.aws);
  await tasks.rule({ a: await tasks.define('batch'), b: await tasks.define('report') });
  shop.configure({ ...shop.config, scheduledTasks: { nightly: shop.config.scheduledTasks.nightly as never } });
  const before = shop.callsMade();
  shop.crash.after = before + crashAt;
  await shop.pushImage('shop/batch', '1.1.0');
  await shop.pass(1);
  const calls = shop.callsMade() - before;
  await shop.pass(360);
  const { items } = await shop.table.query({ index: 'gsi2', pk: 'service#nightly' });
  const records = items.map(({ value }) => value as ScheduledTaskDeployment);
  const end = {
    crashed: shop.crash.at !== undefined,
    states: records.map(({ image, state }) => `${image.tag} ${state}`),
    targets: (await tasks.targets()).map((target) => target.EcsParameters?.TaskDefinitionArn?.split('/').at(-1)),
    // A crash between sending and recording tells it once more (invariant 4).
    told: [...new Set(shop.hooks.map(({ body }) => body.data.title))],
  };
  await shop.close();
  return { calls, end };
}

const whole = {
  states: ['1.1.0 succeeded'],
  targets: ['batch:2', 'report:2'],
  told: ['nightly 1.1.0 is deployed'],
};

test('a rule is moved once, whichever call the handler dies after (invariant 7)', async () => {
  const { calls, end } = await play();
  expect(end).toEqual({ crashed: false, ...whole });
  for (let crashAt = 1; crashAt <= calls; crashAt++)
    expect((await play(crashAt)).end, `after call ${crashAt}`).toEqual({ crashed: true, ...whole });
}, 180_000);
