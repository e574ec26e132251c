/** One task of a service, as the scheduler sees it. */
export interface TaskFact {
  arn: string;
  state: 'starting' | 'healthy' | 'stopping';
}

export interface RolloutFacts {
  desiredCount: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  /** Of the PRIMARY deployment. */
  primary: readonly TaskFact[];
  /** Of the deployments it replaces. */
  old: readonly TaskFact[];
  /** False while throttled. */
  mayStart: boolean;
}

/** What to start of the PRIMARY deployment, and the ARNs of what to stop. */
export interface RolloutPlan {
  start: number;
  stop: string[];
}

/** Bounds on a service's tasks: the lower one is rounded up, the upper one down (ECS developer guide, rolling update). */
function bounds({
  desiredCount,
  minimumHealthyPercent,
  maximumPercent,
}: Omit<RolloutFacts, 'primary' | 'old' | 'mayStart'>) {
  return {
    lower: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
    upper: Math.floor((desiredCount * maximumPercent) / 100),
  };
}

const inState = (tasks: readonly TaskFact[], state: TaskFact['state']) => tasks.filter((task) => task.state === state);

/**
 * The next step of a rolling deployment: new tasks as far as the upper bound lets them, old ones
 * stopped as new ones become healthy, and earlier, down to the lower bound, only where the upper
 * one leaves no room. What it stops never takes the healthy tasks below the lower bound.
 */
export function planRollout(facts: RolloutFacts): RolloutPlan {
  const { lower, upper } = bounds(facts);
  const all = [...facts.primary, ...facts.old];
  const alive = all.filter(({ state }) => state !== 'stopping');
  const own = facts.primary.filter(({ state }) => state !== 'stopping');
  const missing = Math.max(0, facts.desiredCount - own.length);
  const start = facts.mayStart ? Math.min(missing, Math.max(0, upper - all.length)) : 0;

  const healthy = inState(all, 'healthy').length;
  const noRoomFor = Math.max(0, missing - Math.max(0, upper - alive.length));
  const floor = noRoomFor > 0 ? Math.max(lower, healthy - noRoomFor) : facts.desiredCount;
  let spare = Math.max(0, healthy - floor);

  const surplus = Math.max(0, own.length - facts.desiredCount);
  const surplusStarting = inState(own, 'starting').slice(0, surplus);
  const surplusHealthy = inState(own, 'healthy').slice(0, Math.min(spare, surplus - surplusStarting.length));
  spare -= surplusHealthy.length;
  const replaced = [...inState(facts.old, 'starting'), ...inState(facts.old, 'healthy').slice(0, spare)];
  return { start, stop: [...surplusStarting, ...surplusHealthy, ...replaced].map(({ arn }) => arn) };
}
