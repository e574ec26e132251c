import { describe, expect, test } from 'vitest';
import type { RetryConfig } from '../../../shared/config/config.ts';
import { carryOutStop, stopRun } from '../../../shared/run/stop-run.ts';
import { runWorlds } from '../../support/worlds.ts';

const world = runWorlds();
const minute = 60_000;
const retry: RetryConfig = { attempts: 3, on: ['any'], backoffMs: minute, maxBackoffMs: 10 * minute };
describe('timeouts', () => {
  test("an attempt's time ends the attempt, the run's time the run", async () => {
    const job = { retry: { ...retry, attempts: 9 }, attemptTimeoutMs: 2 * minute, timeoutMs: 7 * minute };
    const w = await world({ job, behave: {} });
    const id = await w.request();
    await w.pass(15 * 60, 10);
    const run = w.run(id);
    expect(run.state).toBe('timed-out');
    expect(run.outcome?.cause).toMatch(/timeout of 7 min/);
    expect(run.attempts[0]).toMatchObject({
      stop: { by: 'attempt-timeout', why: 'attempt 1 ran longer than attemptTimeout, 2 min' },
      outcome: { kind: 'timeout', exitCode: 143 },
    });
    expect(run.attempts.length).toBeGreaterThan(1);
    for (const { deadlineAt } of run.attempts) expect(deadlineAt).toBeLessThanOrEqual(run.deadlineAt ?? 0);
    for (const { request, deadlineAt } of run.attempts)
      expect(request.overrides.containerOverrides[0]?.environment).toContainEqual({
        name: 'BATUTA_DEADLINE',
        value: `${deadlineAt}`,
      });
  });

  test('a user who stops what is stopped for its time has it stopped for good', async () => {
    const job = { retry, attemptTimeoutMs: minute, stopTimeoutSeconds: 120 };
    const w = await world({ job, behave: { ignoresSigterm: true } });
    const id = await w.request();
    await w.pass(150, 10);
    expect(w.run(id).stop?.by).toBe('attempt-timeout');
    await stopRun(id, 'user', 'enough', w.deps);
    await w.pass(5 * 60, 30);
    expect(w.run(id)).toMatchObject({
      state: 'stopped',
      outcome: { cause: 'enough; it did not end on SIGTERM and was killed after 120 s (stopTimeout)' },
    });
  });

  test('who waits longer than queueTimeout is timed out, and it says for what it waited', async () => {
    const capacity = { strategy: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }] };
    const w = await world({ job: { capacity, queueTimeoutMs: 10 * minute } });
    w.disruptions.withhold('FARGATE_SPOT');
    const id = await w.request();
    await w.pass(12 * 60, 20);
    expect(w.run(id)).toMatchObject({
      state: 'timed-out',
      outcome: {
        cause: expect.stringMatching(/^it waited longer than its queueTimeout of 10 min: Capacity is unavailable/),
      },
    });
  });
});

describe('tasks that never ran', () => {
  test.each(['none', 'listed'] as const)('are repeated by class start, their containers %s', async (containers) => {
    const w = await world({ job: { retry: { ...retry, on: ['start'] } } });
    const stoppedReason = "CannotPullContainerError: image 'x' not found";
    w.disruptions.failStarts({ kind: 'fails', stoppedReason, containers });
    const id = await w.request();
    await w.pass(3 * 60, 10);
    expect(w.run(id)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: { kind: 'image' } }, {}] });
  });

  test('given up for want of capacity were no attempts: the run waits, longer each time', async () => {
    const w = await world();
    const stoppedReason = 'Capacity is unavailable at this time. Please try again later.';
    w.disruptions.failStarts({ kind: 'fails', stoppedReason, containers: 'none' }, { times: 4 });
    const id = await w.request();
    await w.pass(10 * 60, 5);
    expect(w.run(id)).toMatchObject({ state: 'succeeded', attempts: [{ number: 5 }] });
    expect(w.run(id).attempts).toHaveLength(1);
    expect(w.engine.started.map(({ environment }) => environment.BATUTA_ATTEMPT)).toEqual(['1']);
  });

  test("that hang are stopped when the attempt's time is up", async () => {
    const w = await world({ job: { retry: { ...retry, on: ['start'] }, attemptTimeoutMs: 2 * minute } });
    w.disruptions.failStarts({ kind: 'hangs', at: 'PENDING' });
    const id = await w.request();
    await w.pass(8 * 60, 10);
    expect(w.run(id)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: { kind: 'timeout' } }, {}] });
  });
});

describe('stopped while it is launched', () => {
  test('the launcher stops the task as soon as it knows it', async () => {
    const w = await world({ behave: {}, events: false });
    const { runTask } = w.deps.ecs;
    const id = await w.request();
    w.deps.ecs = Object.assign(Object.create(w.deps.ecs), {
      async runTask(request: Parameters<typeof runTask>[0]) {
        const answer = await runTask(request);
        await stopRun(id, 'user', 'not now', w.deps);
        return answer;
      },
    });
    await w.settle();
    expect(w.run(id)).toMatchObject({ state: 'starting', stop: { why: 'not now' } });
    expect(w.calls.filter((name) => name === 'StopTask')).toHaveLength(1);
    await w.pass(130, 10);
    expect(w.run(id).state).toBe('stopped');
  });

  test('what has ended is not stopped', async () => {
    const w = await world();
    const id = await w.request();
    await w.pass(15);
    w.calls.length = 0;
    await carryOutStop({ ...w.run(id), stop: { by: 'user', why: 'late', at: w.deps.now() } }, w.deps);
    expect(w.calls).toEqual([]);
  });
});
