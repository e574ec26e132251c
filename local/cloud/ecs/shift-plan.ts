import type { TaskFact } from './rollout-plan.ts';
import type { Stage } from './traffic-shift.ts';

export interface ShiftPlanFacts {
  desiredCount: number;
  stage: Stage;
  primary: readonly TaskFact[];
  /** Of the deployment that has the traffic until PRIMARY takes it. */
  blue: readonly TaskFact[];
  others: readonly TaskFact[];
  mayStart: boolean;
  mayStartBlue: boolean;
}

export interface ShiftPlan {
  start: number;
  startBlue: number;
  stop: string[];
}

const alive = (tasks: readonly TaskFact[]) => tasks.filter(({ state }) => state !== 'stopping');

function surplus(tasks: readonly TaskFact[], count: number): TaskFact[] {
  const order = [...alive(tasks)].sort((a, b) => Number(a.state === 'healthy') - Number(b.state === 'healthy'));
  return order.slice(0, Math.max(0, order.length - count));
}

/**
 * Blue and green both run in full from SCALE_UP to the end of BAKE_TIME, whatever the percentages
 * say: maximumPercent and minimumHealthyPercent are those of rolling updates (ECS API reference).
 */
export function planShift({ desiredCount, stage, ...facts }: ShiftPlanFacts): ShiftPlan {
  const missing = (tasks: readonly TaskFact[]) => Math.max(0, desiredCount - alive(tasks).length);
  const before = stage === 'RECONCILE_SERVICE' || stage === 'PRE_SCALE_UP';
  const after = stage === 'CLEAN_UP';
  const stopping = [
    ...surplus(facts.primary, desiredCount),
    ...surplus(facts.blue, after ? 0 : desiredCount),
    ...alive(facts.others),
  ];
  return {
    start: before || !facts.mayStart ? 0 : missing(facts.primary),
    startBlue: after || !facts.mayStartBlue ? 0 : missing(facts.blue),
    stop: stopping.map(({ arn }) => arn),
  };
}
