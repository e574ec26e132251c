import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../local/cloud/faults.ts';
import type { RetryConfig } from '../../shared/config/config.ts';
import type { Behaviour } from '../support/fake-engine.ts';
import { runWorld } from '../support/run-world.ts';

/** Past the lease of a worker that is gone. */
const longEnoughS = 9 * 60;
const minute = 60_000;

interface Scenario {
  events: boolean;
  behave?: Behaviour;
  /** Its first task fails, and there may be a second. */
  retried?: true;
  timeoutMs?: number;
  fault?: Omit<FaultRule, 'service'>;
  ends: string;
}

const scenarios: Record<string, Scenario> = {
  'a run that succeeds': { events: true, ends: 'succeeded' },
  'a run of which no event arrives': { events: false, ends: 'succeeded' },
  'a throttled launch': {
    events: true,
    fault: { operation: 'RunTask', nth: 1, kind: 'throttle' },
    ends: 'succeeded',
  },
  'a launch whose answer is lost': {
    events: false,
    fault: { operation: 'RunTask', nth: 1, kind: 'lost-answer' },
    ends: 'succeeded',
  },
  'a run past its deadline': {
    events: true,
    behave: { lines: ['::output rows=7'] },
    timeoutMs: minute,
    ends: 'timed-out',
  },
  'a run whose first attempt fails': { events: true, retried: true, ends: 'succeeded' },
};

const retry: RetryConfig = { attempts: 2, on: ['exit:75'], backoffMs: minute, maxBackoffMs: minute };

/** The scenario with the process gone after call `crashAfter`, until everything must have healed. */
async function play({ events, fault, ...scenario }: Scenario, crashAfter: number) {
  const behave = scenario.behave ?? { runMs: 5000, lines: ['::output rows=7'] };
  const timeoutMs = scenario.timeoutMs ?? 30 * minute;
  const job = { secrets: { PASSWORD: '/p' }, timeoutMs, ...(scenario.retried ? { retry } : {}) };
  let fails = scenario.retried;
  const behaveOf = () => {
    const fail = fails;
    fails = undefined;
    return fail ? { ...behave, exitCode: 75 } : behave;
  };
  const world = await runWorld({ job, behaveOf, events });
  await world.putParameter('/p');
  if (fault) world.faults.add({ service: 'ecs', ...fault });
  world.crashAfter(crashAfter);
  const id = await world.request();
  await world.pass(10);
  await world.output(world.run(id).log?.stream ?? '', ['::progress 50 half']);
  await world.pass(longEnoughS, 60);
  await world.close();
  return { world, run: world.run(id), callsMade: world.callsMade() };
}

describe('a crash after any single call ends as no crash does: one task, one outcome, all announced', () => {
  test.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const { callsMade, run: expected } = await play(scenario, Number.POSITIVE_INFINITY);
    expect(expected.state).toBe(scenario.ends);
    let crashes = 0;
    for (let call = 1; call <= callsMade; call++) {
      const { world, run } = await play(scenario, call);
      const told = `crash after call ${call} of ${callsMade}: ${world.crashed}`;
      crashes += world.crashed.length;
      expect(run.state, told).toBe(scenario.ends);
      expect(run.outputs, told).toEqual({ rows: '7' });
      expect(world.engine.started, told).toHaveLength(scenario.retried ? 2 : 1);
      expect(world.announced()[0], told).toBe('queued');
      expect(world.announced().at(-1), told).toBe(scenario.ends);
      expect(
        world.table.items().filter(({ outbox }) => outbox),
        told,
      ).toEqual([]);
    }
    expect(crashes).toBeGreaterThan(25);
  });
});
