import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const titles = () => shop.hooks.map(({ body }) => body.data.title);

test('a run asked for by the API runs once, ends and is told once', async () => {
  shop = await openShop({ service: false, behave: () => ({ runMs: 3000, lines: ['::output rows=7', 'done'] }) });
  const asked = await shop.api('POST', '/api/jobs/backup/runs', { body: { params: { database: 'billing' } } });
  expect(asked).toMatchObject({
    status: 202,
    body: { run: { job: 'backup', state: 'queued', params: { database: 'billing' } } },
  });
  await shop.pass(20);
  const { id } = asked.body.run;
  expect((await shop.api('GET', `/api/runs/${id}`)).body.run).toMatchObject({
    state: 'succeeded',
    outputs: { rows: '7' },
  });
  const { body: logs } = await shop.api('GET', `/api/runs/${id}/logs`);
  expect(logs.lines.map(({ message }: { message: string }) => message)).toEqual(['::output rows=7', 'done']);
  expect((await shop.api('GET', `/api/runs/${id}/logs?cursor=${encodeURIComponent(logs.cursor)}`)).body).toMatchObject({
    lines: [],
    complete: true,
  });
  expect(shop.engine.started).toHaveLength(1);
  expect(shop.engine.started[0]).toMatchObject({ command: ['run', 'db-backup.sh', '--database', 'billing'] });
  expect(titles()).toEqual([expect.stringMatching(/^backup succeeded after 3\.\d s$/)]);
});

test('a schedule fires the job at its time, once', async () => {
  shop = await openShop({ service: false });
  await shop.pass(3 * 3600 + 60);
  expect(shop.engine.started).toHaveLength(1);
  expect(shop.hooks[0]?.body.data.text).toContain('its schedule, for 2026-11-20T12:00:00Z');
});

test('a pushed image becomes a new revision that rolls out, and is told once', async () => {
  shop = await openShop();
  const { digest } = await shop.push('1.1.0');
  await shop.pass(120);
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
  );
  expect(taskDefinition?.containerDefinitions?.[0]?.image).toMatch(new RegExp(`/shop/api@${digest}$`));
  expect(titles()).toEqual(['shop-api 1.1.0 is deployed']);
});

test('an image that crashes is taken back within seconds, without a circuit breaker, and both are told', async () => {
  shop = await openShop({
    behave: (spec) => (nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {}),
  });
  await shop.push('1.2.0-crash');
  await shop.pass(20);
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  expect(services?.[0]?.taskDefinition).toMatch(/shop-api:1$/);
  expect(titles()).toEqual([
    'shop-api 1.2.0 failed, going back to 1.0.0',
    'shop-api 1.2.0 failed and was rolled back to 1.0.0',
  ]);
  await shop.pass(3600);
  expect(titles()).toHaveLength(2);
});
