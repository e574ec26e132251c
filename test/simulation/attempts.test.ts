import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobConfig, RetryConfig } from '../../shared/config/config.ts';
import type { Behaviour } from '../support/fake-engine.ts';
import { configureLoad, openJobShop } from '../support/job-shop.ts';
import type { Shop } from '../support/shop.ts';

let shop: Shop;
/** What the next containers do, one after the other; then they succeed. */
let next: Behaviour[] = [];

beforeAll(async () => {
  shop = await openJobShop({}, { behave: () => next.shift() ?? { runMs: 3000 } });
});
beforeEach(() => {
  next = [];
});
afterAll(() => shop.close());

const minute = 60_000;
const retry: RetryConfig = {
  attempts: 3,
  on: ['exit:70-79', 'oom', 'timeout'],
  backoffMs: minute,
  maxBackoffMs: minute,
};
async function start(job: Partial<JobConfig>): Promise<string> {
  configureLoad(shop, job);
  return (await shop.api('POST', '/api/jobs/load/runs', { body: {} })).body.run.id;
}
const runOf = async (id: string) => (await shop.api('GET', `/api/runs/${id}`)).body.run;
const newsOf = (id: string) =>
  shop.hooks.filter(({ body }) => JSON.stringify(body).includes(id)).map(({ body }) => body.data.news);

describe('a run of several attempts', () => {
  test('says what it waits for, keeps each reason, ends once and is told once', async () => {
    next = [
      { runMs: 1000, exitCode: 75 },
      { runMs: 1000, exitCode: 70 },
    ];
    const id = await start({ retry });
    await shop.pass(20);
    expect(await runOf(id)).toMatchObject({
      state: 'queued',
      waitingFor: 'attempt 2 of 3 after exit code 75 of container job',
    });
    await shop.pass(300);
    expect(await runOf(id)).toMatchObject({
      state: 'succeeded',
      attempts: [{ outcome: { exitCode: 75 } }, { outcome: { exitCode: 70 } }, { exitCode: 0 }],
    });
    expect(newsOf(id)).toEqual(['succeeded']);
  });

  test('has more memory after running out of it', async () => {
    next = [{ runMs: 1000, exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }];
    const id = await start({ cpu: 512, memoryMiB: 1024, retry: { ...retry, memory: { factor: 2, maxMiB: 4096 } } });
    await shop.pass(180);
    expect(await runOf(id)).toMatchObject({
      state: 'succeeded',
      attempts: [{ outcome: { kind: 'oom' } }, { memoryMiB: 2048 }],
    });
  });

  test('gives each attempt its own time', async () => {
    next = [{}];
    const id = await start({ retry, attemptTimeoutMs: minute });
    await shop.pass(300);
    expect(await runOf(id)).toMatchObject({
      state: 'succeeded',
      attempts: [{ stop: { by: 'attempt-timeout' }, outcome: { kind: 'timeout' } }, {}],
    });
  });

  test('fails at once where the policy does not name the reason', async () => {
    next = [{ runMs: 1000, exitCode: 1 }];
    const id = await start({ retry });
    await shop.pass(20);
    expect(await runOf(id)).toMatchObject({ state: 'failed', outcome: { cause: 'exit code 1 of container job' } });
  });

  test('is stopped for good while it waits for the next', async () => {
    next = [{ runMs: 1000, exitCode: 75 }];
    const id = await start({ retry });
    await shop.pass(20);
    await shop.api('POST', `/api/runs/${id}/stop`, { body: { reason: 'enough' } });
    await shop.pass(180);
    const run = await runOf(id);
    expect(run).toMatchObject({ state: 'stopped', outcome: { cause: 'stopped by tester: enough' } });
    expect(run.attempts).toHaveLength(1);
  });
});

test('what any image prints reaches the run: notices too, and no value that ::mask names', async () => {
  const lines = [
    '::mask hunter22',
    '::notice the token is hunter22',
    '::output token=hunter22',
    '::progress 40 hunter22',
  ];
  next = [{ lines }];
  const id = await start({});
  await shop.pass(20);
  const run = await runOf(id);
  expect(run).toMatchObject({
    state: 'running',
    outputs: { token: '***' },
    progress: { percent: 40, note: '***' },
    notices: [{ text: 'the token is ***' }],
  });
  expect(JSON.stringify(run)).not.toContain('hunter22');
});
