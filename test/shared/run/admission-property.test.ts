import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Run, terminalRunStates } from '../../../shared/run/run.ts';
import { slotStore } from '../../../shared/run/slots.ts';
import { runWorld } from '../../support/run-world.ts';

type World = Awaited<ReturnType<typeof runWorld>>;

type Action =
  | { kind: 'request'; priority: number }
  | { kind: 'pass'; seconds: number }
  | { kind: 'stop'; which: number }
  | { kind: 'crash'; afterCalls: number }
  | { kind: 'doubled' };

const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('request' as const), priority: fc.integer({ min: -1, max: 1 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), which: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), afterCalls: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'doubled' as const }) },
);

const runsOf = (w: World) => w.table.items().flatMap(({ sk, value }) => (sk === 'run' ? [value as Run] : []));
/** What has a task, or may have one. */
const underWay = (w: World) => runsOf(w).filter(({ state }) => ['launching', 'starting', 'running'].includes(state));

/** Of two handlers of a process that crashes, the second goes with it. */
const unlessGone = (work: Promise<void>) =>
  work.catch((error: Error) => {
    if (!/^(crash after|the process is gone)/.test(error.message)) throw error;
  });

async function act(w: World, action: Action, asked: string[]): Promise<void> {
  switch (action.kind) {
    case 'request':
      asked.push(await w.request(`key-${asked.length}`, { database: 'shop' }, { priority: action.priority }));
      return w.settle();
    case 'pass':
      return w.pass(action.seconds, 5);
    case 'stop':
      if (asked.length > 0) await unlessGone(w.stop(asked[action.which % asked.length] ?? ''));
      return w.settle();
    case 'crash':
      return w.crashAfter(action.afterCalls);
    case 'doubled':
      await Promise.all([unlessGone(w.invoke(() => w.launch())), unlessGone(w.invoke(() => w.launch()))]);
      return w.settle();
    default:
      return action satisfies never;
  }
}

const policies = ['skip', 'queue', 'replace'] as const;

describe('whatever is asked for, stopped, doubled and crashed', () => {
  test.each(policies)('%s: no more runs than maxParallel are under way, and each ends once', async (overlap) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(actions, { minLength: 3, maxLength: 18 }),
        fc.integer({ min: 1, max: 2 }),
        async (steps, maxParallel) => {
          const w = await runWorld({ job: { overlap, maxParallel, queueLimit: 3 }, behave: { runMs: 20_000 } });
          try {
            const asked: string[] = [];
            for (const step of steps) {
              await act(w, step, asked);
              expect(underWay(w).length).toBeLessThanOrEqual(maxParallel);
            }
            await w.pass(3600, 30);
            const runs = runsOf(w);
            expect(runs.every(({ state }) => terminalRunStates.has(state))).toBe(true);
            expect(w.engine.started.length).toBeLessThanOrEqual(runs.filter(({ state }) => state !== 'skipped').length);
            expect((await slotStore(w.table).get('job#report')).running).toEqual([]);
          } finally {
            w.close();
          }
        },
      ),
      { numRuns: 20, seed: 4 },
    );
  });
});
