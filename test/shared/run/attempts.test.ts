import { describe, expect, test } from 'vitest';
import type { RetryConfig } from '../../../shared/config/config.ts';
import { stopRun } from '../../../shared/run/stop-run.ts';
import type { Behaviour } from '../../support/fake-engine.ts';
import { type RunWorld, runWorlds } from '../../support/worlds.ts';

const world = runWorlds();
const minute = 60_000;
const retry: RetryConfig = { attempts: 3, on: ['any'], backoffMs: minute, maxBackoffMs: 10 * minute };
/** The containers do this, one after the other; the last of them again and again. */
function inTurn(...behaviours: Behaviour[]) {
  let next = 0;
  return () => behaviours[Math.min(next++, behaviours.length - 1)] ?? {};
}
const taskOf = (w: RunWorld, id: string) => w.run(id).attempts.at(-1)?.taskArn ?? '';

describe('retries', () => {
  test('a script that fails twice succeeds at the third, and each reason is kept', async () => {
    const fails = { runMs: 1000, exitCode: 75, lines: ['::output rows=1', '::notice half', '::progress 50'] };
    const w = await world({ job: { retry }, behaveOf: inTurn(fails, fails, { runMs: 1000 }) });
    const id = await w.request();
    await w.pass(10);
    expect(w.run(id)).toMatchObject({
      state: 'queued',
      waitingFor: 'attempt 2 of 3 after exit code 75 of container job',
    });
    await w.pass(8 * 60, 10);
    const run = w.run(id);
    expect(run).toMatchObject({
      state: 'succeeded',
      outputs: {},
      attempts: [{ number: 1, exitCode: 75, outcome: { exitCode: 75 } }, { number: 2, outcome: { exitCode: 75 } }, {}],
    });
    expect(run.attempts[2]).not.toHaveProperty('outcome');
    expect(run).not.toHaveProperty('notices');
    expect(run.startedAt).toBe(run.attempts[0]?.startedAt);
    expect(w.engine.started.map(({ environment }) => environment.BATUTA_ATTEMPT)).toEqual(['1', '2', '3']);
    expect(w.announced().filter((state) => state === 'succeeded')).toHaveLength(1);
  });

  test('the last failure says which attempt it was', async () => {
    const w = await world({ job: { retry: { ...retry, attempts: 2 } }, behave: { runMs: 1000, exitCode: 75 } });
    const id = await w.request();
    await w.pass(5 * 60, 10);
    expect(w.run(id)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'exit', cause: 'exit code 75 of container job (attempt 2 of 2)' },
    });
    expect(w.engine.started).toHaveLength(2);
  });

  test('after running out of memory the next task has more', async () => {
    const memory = { factor: 2, maxMiB: 2048 };
    const w = await world({ job: { retry: { ...retry, on: ['oom'], memory } }, behaveOf: inTurn({}, { runMs: 1000 }) });
    const id = await w.request();
    await w.pass(10);
    w.disruptions.outOfMemory(taskOf(w, id));
    await w.pass(3 * 60, 10);
    expect(w.run(id)).toMatchObject({
      state: 'succeeded',
      attempts: [{ outcome: { kind: 'oom' } }, { memoryMiB: 1024, request: { overrides: { memory: '1024' } } }],
    });
  });

  test('a task that ECS has forgotten is repeated only with any', async () => {
    for (const [on, state] of [
      ['any', 'succeeded'],
      ['exit:1-255', 'lost'],
    ] as const) {
      const w = await world({
        job: { retry: { ...retry, on: [on] } },
        events: false,
        behaveOf: inTurn({}, { runMs: 1000 }),
      });
      const id = await w.request();
      await w.pass(70, 10);
      w.disruptions.forget(taskOf(w, id));
      await w.pass(16 * 60, 30);
      expect(w.run(id).state).toBe(state);
      expect(w.run(id).attempts[0]).toMatchObject({ outcome: { kind: 'lost' } });
      await w.close();
    }
  });

  test('a run that waits for its next attempt is stopped at once', async () => {
    const w = await world({ job: { retry }, behave: { runMs: 1000, exitCode: 75 } });
    const id = await w.request();
    await w.pass(10);
    await stopRun(id, 'user', 'enough', w.deps);
    await w.pass(3 * 60, 30);
    expect(w.run(id)).toMatchObject({ state: 'stopped', outcome: { cause: 'enough' } });
    expect(w.engine.started).toHaveLength(1);
  });
});

describe('Spot, then on demand', () => {
  const capacity = {
    strategy: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    fallback: [{ provider: 'FARGATE', weight: 1, base: 0 }],
  };
  const providers = (w: RunWorld, id: string) =>
    w.run(id).attempts.map(({ request }) => request.capacity?.map(({ provider }) => provider).join());

  test('a task that Spot took back is repeated on demand', async () => {
    const w = await world({
      job: { capacity, retry: { ...retry, on: ['spot'] } },
      behaveOf: inTurn({}, { runMs: 1000 }),
    });
    const id = await w.request();
    await w.pass(10);
    w.disruptions.interruptSpot(taskOf(w, id));
    await w.pass(3 * 60, 10);
    expect(w.run(id)).toMatchObject({
      state: 'succeeded',
      attempts: [{ outcome: { kind: 'spot' } }, { fallback: true }],
    });
    expect(providers(w, id)).toEqual(['FARGATE_SPOT', 'FARGATE']);
  });

  test('without capacity the fallback is asked at once, and that was no attempt', async () => {
    const w = await world({ job: { capacity } });
    w.disruptions.withhold('FARGATE_SPOT');
    const id = await w.request();
    await w.pass(15);
    expect(w.run(id)).toMatchObject({ state: 'succeeded', attempts: [{ number: 2, fallback: true }] });
    expect(providers(w, id)).toEqual(['FARGATE']);
  });

  test('without a fallback it waits for capacity, and its timeout does not count meanwhile', async () => {
    const w = await world({ job: { capacity: { strategy: capacity.strategy }, timeoutMs: 2 * minute } });
    const give = w.disruptions.withhold('FARGATE_SPOT');
    const id = await w.request();
    await w.pass(10 * 60, 30);
    expect(w.run(id)).toMatchObject({ state: 'queued', waitingFor: expect.stringMatching(/capacity is unavailable/i) });
    expect(w.run(id)).not.toHaveProperty('deadlineAt');
    give();
    await w.pass(7 * 60, 30);
    expect(w.run(id).state).toBe('succeeded');
  });
});
