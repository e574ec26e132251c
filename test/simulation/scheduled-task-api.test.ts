import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { openShop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));

test('a scheduled task is paused, resumed and deployed as a service is; it has no way back by hand', async () => {
  const shop = await openShop({ configFile, service: false });
  const token = await shop.token('ann', 'deployer');
  const post = (verb: string, body = {}) => shop.api('POST', `/api/services/nightly/${verb}`, { token, body });
  const newest = async () => (await shop.api('GET', '/api/deployments?service=nightly')).body.deployments[0];
  const tasks = scheduledTasks(shop.aws);
  await tasks.rule({ a: await tasks.define('nightly') });
  await shop.pushImage('shop/batch', '1.1.0');
  await shop.pass(30);
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { tag: '1.1.0' } });
  expect((await post('pause', { reason: 'month end' })).status).toBe(200);
  await shop.pushImage('shop/batch', '1.2.0');
  await shop.pass(30);
  expect(await newest()).toMatchObject({ state: 'held', holds: [{ kind: 'pause' }] });
  expect((await post('resume')).body).toEqual({ service: 'nightly', resumed: true });
  await shop.pass(30);
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { tag: '1.2.0' } });
  expect((await post('deploy', { tag: '1.1.0' })).status).toBe(202);
  await shop.pass(200);
  expect(await newest()).toMatchObject({ state: 'succeeded', image: { tag: '1.1.0' }, movedBack: true });
  const detail =
    'nightly is a scheduled task; plans, services and rollbacks are of services only: use batuta deploy nightly --tag …';
  expect(await post('rollback')).toMatchObject({ status: 404, body: { detail } });
  for (const query of ['', '?plan=true'])
    expect(await shop.api('GET', `/api/services/nightly${query}`)).toMatchObject({ status: 404, body: { detail } });
  expect(
    new Set(
      (await shop.api('GET', '/api/deployments')).body.deployments.map(({ service }: { service: string }) => service),
    ),
  ).toContain('nightly');
  await shop.close();
});
