import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRollout, type RolloutFacts, type TaskFact } from '../../../../local/cloud/ecs/rollout-plan.ts';

let count = 0;
const tasks = (...states: TaskFact['state'][]) => states.map((state): TaskFact => ({ arn: `t${count++}`, state }));
const facts = (given: Partial<RolloutFacts>): RolloutFacts => ({
  desiredCount: 2,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  primary: [],
  old: [],
  mayStart: true,
  ...given,
});
const size = (given: Partial<RolloutFacts>) => {
  const { start, stop } = planRollout(facts(given));
  return { start, stop: stop.length };
};

test.each<[string, Partial<RolloutFacts>, { start: number; stop: number }]>([
  ['an empty service starts all at once', {}, { start: 2, stop: 0 }],
  ['a new revision starts beside the old', { old: tasks('healthy', 'healthy') }, { start: 2, stop: 0 }],
  [
    'an old task goes for each new healthy one',
    { primary: tasks('healthy', 'starting'), old: tasks('healthy', 'healthy') },
    { start: 0, stop: 1 },
  ],
  [
    'without room above, old tasks go first, down to the lower bound',
    {
      desiredCount: 4,
      minimumHealthyPercent: 50,
      maximumPercent: 100,
      old: tasks('healthy', 'healthy', 'healthy', 'healthy'),
    },
    { start: 0, stop: 2 },
  ],
  [
    'what is stopping still takes room',
    { maximumPercent: 100, minimumHealthyPercent: 0, old: tasks('stopping', 'stopping') },
    { start: 0, stop: 0 },
  ],
  [
    '0 and 100 percent stop first',
    { desiredCount: 1, minimumHealthyPercent: 0, maximumPercent: 100, old: tasks('healthy') },
    { start: 0, stop: 1 },
  ],
  [
    '100 and 100 percent are stuck',
    { desiredCount: 1, maximumPercent: 100, old: tasks('healthy') },
    { start: 0, stop: 0 },
  ],
  ['old tasks that never served go at once', { old: tasks('starting', 'starting') }, { start: 2, stop: 2 }],
  [
    'scaling in stops the surplus',
    { desiredCount: 1, primary: tasks('healthy', 'healthy', 'starting') },
    { start: 0, stop: 2 },
  ],
  ['scaling to zero stops all', { desiredCount: 0, primary: tasks('healthy', 'healthy') }, { start: 0, stop: 2 }],
  [
    'a throttled deployment starts nothing and stops nothing',
    { mayStart: false, old: tasks('healthy', 'healthy') },
    { start: 0, stop: 0 },
  ],
])('%s', (_fact, given, expected) => expect(size(given)).toEqual(expected));

const someTasks = fc
  .array(fc.constantFrom<TaskFact['state']>('starting', 'healthy', 'stopping'), { maxLength: 8 })
  .map((states) => tasks(...states));

test('a plan never starts above the upper bound nor stops below the lower one', () => {
  fc.assert(
    fc.property(
      fc.record({
        desiredCount: fc.nat(8),
        minimumHealthyPercent: fc.nat(100),
        maximumPercent: fc.integer({ min: 100, max: 300 }),
        primary: someTasks,
        old: someTasks,
        mayStart: fc.boolean(),
      }),
      (given) => {
        const { start, stop } = planRollout(given);
        const all = [...given.primary, ...given.old];
        if (start > 0)
          expect(all.length + start).toBeLessThanOrEqual((given.desiredCount * given.maximumPercent) / 100);
        const healthy = all.filter(({ state }) => state === 'healthy');
        const left = healthy.filter(({ arn }) => !stop.includes(arn)).length;
        const lower = Math.ceil((given.desiredCount * given.minimumHealthyPercent) / 100);
        if (left < healthy.length) expect(left).toBeGreaterThanOrEqual(lower);
        expect(new Set(stop).size).toBe(stop.length);
      },
    ),
    { numRuns: 500 },
  );
});
