import { afterEach, expect, test } from 'vitest';
import { runWorld } from '../../support/run-world.ts';

type World = Awaited<ReturnType<typeof runWorld>>;
let opened: World | undefined;
afterEach(() => opened?.close());

test('runs of one job that are launched at once look up its secrets once, and register its definition once', async () => {
  opened = await runWorld({ job: { secrets: { DB_PASSWORD: '/shop/db/password' } } });
  const w = opened;
  await w.putParameter('/shop/db/password');
  await Promise.all(Array.from({ length: 20 }, (_, n) => w.request(`key-${n}`)));
  await w.pass(60);
  const calls = (name: string) => w.calls.filter((call) => call === name).length;
  expect({
    launched: calls('RunTask'),
    looked: calls('GetParameters'),
    registered: calls('RegisterTaskDefinition'),
  }).toEqual({
    launched: 20,
    looked: 1,
    registered: 1,
  });
});

test('a secret that is missing is looked up once for all that are launched at once, and adding it helps soon', async () => {
  opened = await runWorld({ job: { secrets: { DB_PASSWORD: '/shop/db/password' } } });
  const w = opened;
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => w.request(`key-${n}`)));
  await w.pass(5, 1);
  expect(ids.map((id) => w.run(id).outcome?.kind)).toEqual(ids.map(() => 'secrets'));
  expect(w.calls.filter((call) => call === 'GetParameters')).toHaveLength(1);
  await w.putParameter('/shop/db/password');
  await w.pass(15);
  const later = await w.request('later');
  await w.pass(2, 1);
  expect(w.run(later).state).toBe('running');
});
