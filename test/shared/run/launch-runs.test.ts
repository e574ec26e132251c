import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { RetryConfig } from '../../../shared/config/config.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();
const hour = 3_600_000;
const ecsCalls = ({ calls }: RunWorld) => calls.filter((name) => /Task/.test(name));

test('a run goes through launching, starting and running to succeeded, each announced once', async () => {
  const w = await world();
  const id = await w.request();
  await w.pass(20);
  expect(w.failures).toEqual([]);
  expect(w.run(id)).toMatchObject({ state: 'succeeded', attempts: [{ number: 1, exitCode: 0 }] });
  expect(w.announced()).toEqual(['queued', 'launching', 'starting', 'running', 'succeeded']);
});

test('the usual launch is one ECS call', async () => {
  const w = await world();
  await w.request('first');
  await w.pass(20);
  expect(ecsCalls(w)).toEqual(['DescribeTaskDefinition', 'RegisterTaskDefinition', 'RunTask']);
  w.calls.length = 0;
  await w.request('second');
  await w.settle();
  expect(ecsCalls(w)).toEqual(['RunTask']);
});

test('a revision that a crash left unrecorded is used, not registered again', async () => {
  const w = await world();
  await w.request('first');
  await w.pass(20);
  await w.deps.cache.forget('task-definition#batuta-test-report');
  w.calls.length = 0;
  await w.request('second');
  await w.settle();
  expect(ecsCalls(w)).toEqual(['DescribeTaskDefinition', 'RunTask']);
});

test('the container gets its arguments as argv, its parameters and BATUTA variables by name', async () => {
  const w = await world({ job: { secrets: { DB_PASSWORD: '/shop/db/password' } } });
  await w.putParameter('/shop/db/password');
  const id = await w.request('key', { database: 'shop; rm -rf /' });
  await w.pass(5);
  const [container] = w.engine.started;
  expect(container?.command).toEqual(['run', 'report.py', '--database', 'shop; rm -rf /']);
  expect(container?.environment).toMatchObject({
    PARAM_DATABASE: 'shop; rm -rf /',
    BATUTA_RUN_ID: id,
    BATUTA_SECRETS: 'DB_PASSWORD',
    BATUTA_STOP_TIMEOUT: '30',
    BATUTA_DEADLINE: String(w.run(id).deadlineAt),
  });
});

describe('secrets', () => {
  test("a secret that doesn't exist fails the run before launch, naming the parameter, and is not tried again", async () => {
    const retry: RetryConfig = { attempts: 3, on: ['start', 'any'], backoffMs: 1000, maxBackoffMs: 1000 };
    const w = await world({ job: { retry, secrets: { DB_PASSWORD: '/shop/db/password' } } });
    const id = await w.request();
    await w.pass(5);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'secrets', cause: expect.stringContaining('/shop/db/password') },
    });
    expect(w.calls).not.toContain('RunTask');
  });

  test('secrets are looked up once per job in five minutes, by name and in tens', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `/p/${index}`);
    const w = await world({ job: { secrets: Object.fromEntries(names.map((name, index) => [`S${index}`, name])) } });
    for (const name of names) await w.putParameter(name);
    await w.request('first');
    await w.pass(60);
    await w.request('second');
    await w.pass(10);
    expect(w.calls.filter((name) => name === 'GetParameters')).toHaveLength(2);
    await w.pass(300, 60);
    await w.request('third');
    await w.pass(10);
    expect(w.calls.filter((name) => name === 'GetParameters')).toHaveLength(4);
  });
});

describe('when RunTask does not go well', () => {
  test('a throttled launch waits in the queue, says why, and is launched later, once', async () => {
    const w = await world();
    w.faults.add({ service: 'ecs', operation: 'RunTask', nth: 1, kind: 'throttle' });
    const id = await w.request();
    await w.settle();
    expect(w.run(id)).toMatchObject({ state: 'queued', waitingFor: expect.stringContaining('ThrottlingException') });
    await w.pass(15, 1);
    expect(w.run(id)).toMatchObject({ state: 'succeeded', attempts: [{ number: 2 }] });
    expect(w.run(id).waitingFor).toBeUndefined();
    expect(w.engine.started).toHaveLength(1);
  });

  test('while one run waits, another that comes is launched at once', async () => {
    const w = await world();
    for (const nth of [1, 2, 3, 4]) w.faults.add({ service: 'ecs', operation: 'RunTask', nth, kind: 'throttle' });
    const waits = await w.request('first');
    await w.pass(8, 1);
    expect(w.run(waits)).toMatchObject({ state: 'queued', waits: 4 });
    const comes = await w.request('second');
    await w.pass(2, 1);
    expect(w.run(comes).attempts).toHaveLength(1);
    expect(w.run(comes).state).not.toBe('queued');
    expect(w.run(waits).state).toBe('queued');
  });

  test('a task whose answer was lost is taken up by its event, though the run was still launching', async () => {
    const w = await world();
    w.faults.add({ service: 'ecs', operation: 'RunTask', nth: 1, kind: 'lost-answer' });
    const id = await w.request();
    await w.pass(15);
    expect(w.run(id).state).toBe('succeeded');
    expect(w.engine.started).toHaveLength(1);
    expect(w.calls.filter((name) => name === 'RunTask')).toHaveLength(1);
  });

  test('a task whose answer and events were lost is found by the identical RunTask', async () => {
    const w = await world({ events: false });
    w.faults.add({ service: 'ecs', operation: 'RunTask', nth: 1, kind: 'lost-answer' });
    const id = await w.request();
    await w.pass(120);
    expect(w.run(id).state).toBe('succeeded');
    expect(w.engine.started).toHaveLength(1);
  });

  test('throttling of a repetition proves nothing, so the token stays', async () => {
    const w = await world({ events: false });
    w.faults.add({ service: 'ecs', operation: 'RunTask', nth: 1, kind: 'lost-answer' });
    w.faults.add({ service: 'ecs', operation: 'RunTask', nth: 1, times: 3, kind: 'throttle' });
    const id = await w.request();
    await w.pass(180);
    expect(w.run(id)).toMatchObject({ state: 'succeeded' });
    expect(w.engine.started).toHaveLength(1);
  });

  test('an intent that stays without an answer for 23 hours is lost, announced and not launched again', async () => {
    const w = await world();
    w.faults.add({ service: 'ecs', operation: 'RunTask', kind: 'timeout' });
    const id = await w.request();
    await w.pass(24 * 3600, 1200);
    expect(w.run(id)).toMatchObject({ state: 'lost', outcome: { kind: 'lost' } });
    expect(w.run(id).finishedAt).toBeGreaterThanOrEqual(w.run(id).createdAt + 23 * hour);
    expect(w.announced().at(-1)).toBe('lost');
    const launches = w.calls.filter((name) => name === 'RunTask').length;
    await w.pass(3600, 600);
    expect(w.calls.filter((name) => name === 'RunTask')).toHaveLength(launches);
  });

  test('a cluster that is not there fails the run with the reason', async () => {
    const w = await world({ job: { cluster: 'nowhere' } });
    const id = await w.request();
    await w.pass(5);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: { cause: expect.stringContaining('ClusterNotFoundException') },
    });
  });

  test('a definition that someone deregistered is registered anew', async () => {
    const w = await world();
    await w.request('first');
    await w.pass(10);
    await w.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'batuta-test-report:1' }));
    const id = await w.request('second');
    await w.pass(30, 1);
    expect(w.run(id).state).toBe('succeeded');
    expect(w.run(id).attempts.at(-1)?.request.taskDefinitionArn).toMatch(/:2$/);
  });

  test('overrides above 8192 characters of JSON fail the run with their size', async () => {
    const w = await world();
    const id = await w.request('key', { database: 'x'.repeat(5000) });
    await w.pass(5);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: { cause: expect.stringMatching(/1\d{4} characters/) },
    });
    expect(w.calls).not.toContain('RunTask');
  });
});

test('a hundred runs are launched at the pace, none twice', async () => {
  const w = await world();
  for (let index = 0; index < 100; index++) await w.request(`key-${index}`);
  await w.settle();
  expect(w.engine.started.length).toBeLessThanOrEqual(60);
  await w.pass(30, 1);
  expect(w.engine.started).toHaveLength(100);
  expect(w.announced().filter((state) => state === 'succeeded')).toHaveLength(100);
});
