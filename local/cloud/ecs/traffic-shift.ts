import type { DeploymentConfiguration, ServiceDeploymentLifecycleStage } from '@aws-sdk/client-ecs';

export type Stage = ServiceDeploymentLifecycleStage;

/** A deployment that moves traffic, as the scheduler sees it. */
export interface ShiftFacts {
  stage: Stage;
  /** When the stage began, or within PRODUCTION_TRAFFIC_SHIFT its present step. */
  sinceMs: number;
  nowMs: number;
  /** Of the production traffic, in percent: what the PRIMARY deployment has. */
  weight: number;
  /** All its tasks are there and healthy. */
  ready: boolean;
  /** Another revision has traffic to give; without one nothing is shifted step by step or baked. */
  hasBlue: boolean;
  /** Tasks of revisions that are neither PRIMARY nor have the traffic. */
  strays: number;
  /** On the way back traffic moves at once. */
  rollingBack: boolean;
  configuration: DeploymentConfiguration;
}

export type ShiftStep =
  | { kind: 'stay' }
  | { kind: 'wait'; untilMs: number }
  | { kind: 'go'; stage: Stage; weight: number };

/** The stages in their order: lifecycleStage of ServiceDeployment in the ECS API reference. */
const NEXT: Readonly<Partial<Record<Stage, Stage>>> = {
  RECONCILE_SERVICE: 'PRE_SCALE_UP',
  PRE_SCALE_UP: 'SCALE_UP',
  SCALE_UP: 'POST_SCALE_UP',
  POST_SCALE_UP: 'TEST_TRAFFIC_SHIFT',
  TEST_TRAFFIC_SHIFT: 'POST_TEST_TRAFFIC_SHIFT',
  POST_TEST_TRAFFIC_SHIFT: 'PRODUCTION_TRAFFIC_SHIFT',
  PRODUCTION_TRAFFIC_SHIFT: 'POST_PRODUCTION_TRAFFIC_SHIFT',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'BAKE_TIME',
  BAKE_TIME: 'CLEAN_UP',
};

const minutes = (count: number) => count * 60_000;

/** The next share of traffic, and how long the present one is kept before. Defaults: ECS API reference. */
function trafficStep({ configuration, weight, hasBlue, rollingBack }: ShiftFacts): { weight: number; afterMs: number } {
  const { strategy, linearConfiguration = {}, canaryConfiguration = {} } = configuration;
  const bake = (count: number) => (weight === 0 ? 0 : minutes(count));
  if (!hasBlue || rollingBack) return { weight: 100, afterMs: 0 };
  if (strategy === 'LINEAR') {
    const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration;
    return { weight: Math.min(100, weight + stepPercent), afterMs: bake(stepBakeTimeInMinutes) };
  }
  if (strategy === 'CANARY') {
    const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration;
    return { weight: weight === 0 ? canaryPercent : 100, afterMs: bake(canaryBakeTimeInMinutes) };
  }
  return { weight: 100, afterMs: 0 };
}

function waitThen(facts: ShiftFacts, afterMs: number, step: ShiftStep): ShiftStep {
  const untilMs = facts.sinceMs + afterMs;
  return facts.nowMs < untilMs ? { kind: 'wait', untilMs } : step;
}

/** What comes next for a blue/green, linear or canary deployment. */
export function nextStage(facts: ShiftFacts): ShiftStep {
  const { stage, weight } = facts;
  const next = NEXT[stage];
  if (!next) return { kind: 'stay' };
  const onward: ShiftStep = { kind: 'go', stage: next, weight };
  switch (stage) {
    case 'RECONCILE_SERVICE':
      return facts.strays > 0 ? { kind: 'stay' } : onward;
    case 'SCALE_UP':
      return facts.ready ? onward : { kind: 'stay' };
    case 'PRODUCTION_TRAFFIC_SHIFT': {
      if (weight === 100) return onward;
      const step = trafficStep(facts);
      return waitThen(facts, step.afterMs, { kind: 'go', stage, weight: step.weight });
    }
    case 'BAKE_TIME': {
      const bakes = facts.hasBlue && !facts.rollingBack;
      return waitThen(facts, bakes ? minutes(facts.configuration.bakeTimeInMinutes ?? 0) : 0, onward);
    }
    default:
      return onward;
  }
}
