import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextStage, type ShiftFacts, type Stage } from '../../../../local/cloud/ecs/traffic-shift.ts';

const MINUTE = 60_000;
const facts = (given: Partial<ShiftFacts>): ShiftFacts => ({
  stage: 'PRE_SCALE_UP',
  sinceMs: 0,
  nowMs: 0,
  weight: 0,
  ready: true,
  hasBlue: true,
  strays: 0,
  rollingBack: false,
  configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
  ...given,
});

/** Every stage with the minute in which it begins and the traffic it has, until nothing follows. */
function journey(given: Partial<ShiftFacts>): string[] {
  let now = facts(given);
  const seen = [`${now.stage} ${now.weight}% at 0`];
  for (let count = 0; count < 200; count++) {
    const step = nextStage(now);
    if (step.kind === 'stay') return seen;
    if (step.kind === 'wait') now = { ...now, nowMs: step.untilMs };
    else {
      now = { ...now, stage: step.stage, weight: step.weight, sinceMs: now.nowMs };
      seen.push(`${now.stage} ${now.weight}% at ${now.nowMs / MINUTE}`);
    }
  }
  throw new Error('never comes to rest');
}

const shifting = (given: Partial<ShiftFacts>) => journey({ stage: 'POST_TEST_TRAFFIC_SHIFT', ...given });

test('blue/green passes every stage in the order of the API reference', () => {
  expect(journey({ stage: 'RECONCILE_SERVICE' })).toEqual([
    'RECONCILE_SERVICE 0% at 0',
    'PRE_SCALE_UP 0% at 0',
    'SCALE_UP 0% at 0',
    'POST_SCALE_UP 0% at 0',
    'TEST_TRAFFIC_SHIFT 0% at 0',
    'POST_TEST_TRAFFIC_SHIFT 0% at 0',
    'PRODUCTION_TRAFFIC_SHIFT 0% at 0',
    'PRODUCTION_TRAFFIC_SHIFT 100% at 0',
    'POST_PRODUCTION_TRAFFIC_SHIFT 100% at 0',
    'BAKE_TIME 100% at 0',
    'CLEAN_UP 100% at 5',
  ]);
});

test.each<[string, DeploymentConfiguration, string[]]>([
  [
    'canary waits once, with its share',
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 } },
    ['10% at 0', '100% at 3'],
  ],
  ['canary by default has 5% for 10 minutes', { strategy: 'CANARY' }, ['5% at 0', '100% at 10']],
  [
    'linear waits after each step but the last',
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 2 } },
    ['40% at 0', '80% at 2', '100% at 4'],
  ],
])('%s', (_fact, configuration, expected) => {
  const steps = shifting({ configuration }).filter((step) => step.startsWith('PRODUCTION_TRAFFIC_SHIFT'));
  expect(steps.slice(1).map((step) => step.replace('PRODUCTION_TRAFFIC_SHIFT ', ''))).toEqual(expected);
});

test.each<[string, Partial<ShiftFacts>]>([
  ['the first deployment of a service', { hasBlue: false }],
  ['a rollback', { rollingBack: true }],
])('%s shifts at once and does not bake', (_fact, given) => {
  const configuration = { strategy: 'LINEAR' as const, bakeTimeInMinutes: 5 };
  expect(shifting({ ...given, configuration }).at(-1)).toBe('CLEAN_UP 100% at 0');
});

test.each<[string, Partial<ShiftFacts>]>([
  ['tasks that are not healthy keep a deployment in SCALE_UP', { stage: 'SCALE_UP', ready: false }],
  ['tasks of a third revision keep it in RECONCILE_SERVICE', { stage: 'RECONCILE_SERVICE', strays: 1 }],
  ['nothing follows CLEAN_UP', { stage: 'CLEAN_UP', weight: 100 }],
])('%s', (_fact, given) => expect(nextStage(facts(given))).toEqual({ kind: 'stay' }));

test('whatever the configuration, traffic only grows and ends at 100%', () => {
  const configuration = fc.record({
    strategy: fc.constantFrom('BLUE_GREEN' as const, 'LINEAR' as const, 'CANARY' as const),
    bakeTimeInMinutes: fc.nat(1440),
    linearConfiguration: fc.record({ stepPercent: fc.integer({ min: 3, max: 100 }), stepBakeTimeInMinutes: fc.nat(9) }),
    canaryConfiguration: fc.record({ canaryPercent: fc.integer({ min: 1, max: 100 }) }),
  });
  fc.assert(
    fc.property(configuration, fc.boolean(), (given, hasBlue) => {
      const stage: Stage = 'RECONCILE_SERVICE';
      const weights = journey({ stage, configuration: given, hasBlue }).map((step) => Number(/(\d+)%/.exec(step)?.[1]));
      expect(weights).toEqual([...weights].sort((a, b) => a - b));
      expect(weights.at(-1)).toBe(100);
    }),
  );
});
