import type { Clock } from '../../clock.ts';
import type { DeploymentSteps } from './deployments.ts';
import type { Timing } from './ports.ts';
import { planRollout, type TaskFact } from './rollout-plan.ts';
import type { ServiceLaunches } from './service-launches.ts';
import { factOf, isHealthy, liveTasks } from './service-tasks.ts';
import { planShift } from './shift-plan.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';
import { nextStage, type ShiftStep } from './traffic-shift.ts';

interface Ports {
  state: EcsState;
  clock: Clock;
  timing: Timing;
  launches: ServiceLaunches;
  steps: DeploymentSteps;
  wakeAt(record: ServiceRecord, at: number): void;
}

/** How the scheduler carries a service's PRIMARY deployment on, task by task and stage by stage. */
export function serviceRollouts({ state, clock, timing, launches, steps, wakeAt }: Ports) {
  const provenSince = () => clock.now() - timing.healthyAfter;

  function mayStart(record: ServiceRecord, deployment: DeploymentRecord): boolean {
    if (record.service.status !== 'ACTIVE' || deployment.rolloutState === 'FAILED') return false;
    const { startNotBefore } = deployment;
    if (startNotBefore > clock.now()) wakeAt(record, startNotBefore);
    return startNotBefore <= clock.now();
  }

  function start(record: ServiceRecord, deployment: DeploymentRecord, count: number): void {
    if (!launches.start(record, deployment, count)) wakeAt(record, deployment.startNotBefore);
  }

  function rollBounded(record: ServiceRecord, primary: DeploymentRecord, live: TaskRecord[]): void {
    const { minimumHealthyPercent = 100, maximumPercent = 200 } = record.service.deploymentConfiguration ?? {};
    const own = live.filter(({ service }) => service?.deploymentId === primary.id);
    const plan = planRollout({
      desiredCount: record.service.desiredCount,
      // A failed deployment starts nothing, so nothing makes way for it.
      minimumHealthyPercent: primary.rolloutState === 'FAILED' ? 100 : minimumHealthyPercent,
      maximumPercent,
      primary: own.map((task) => factOf(task, provenSince())),
      // What already served is kept until it can be spared, however short it ran.
      old: live.filter((task) => !own.includes(task)).map((task) => factOf(task, clock.now())),
      mayStart: mayStart(record, primary),
    });
    start(record, primary, plan.start);
    launches.stop(record, plan.stop);
  }

  function rollShifting(record: ServiceRecord, primary: DeploymentRecord, live: TaskRecord[]): void {
    const blue = primary.replaces;
    const goesBack = primary.serviceDeployment.status === 'ROLLBACK_IN_PROGRESS';
    const facts = (of: (id: string | undefined) => boolean): TaskFact[] =>
      live.filter(({ service }) => of(service?.deploymentId)).map((task) => factOf(task, provenSince()));
    const plan = planShift({
      desiredCount: record.service.desiredCount,
      stage: primary.shift?.stage ?? 'CLEAN_UP',
      primary: facts((id) => id === primary.id),
      blue: facts((id) => id === blue?.id),
      others: facts((id) => id !== primary.id && id !== blue?.id),
      mayStart: mayStart(record, primary),
      mayStartBlue: blue !== undefined && !goesBack && mayStart(record, blue),
    });
    start(record, primary, plan.start);
    if (blue) start(record, blue, plan.startBlue);
    launches.stop(record, plan.stop);
  }

  function stepOf(record: ServiceRecord, primary: DeploymentRecord): ShiftStep {
    if (!primary.shift || primary.rolloutState !== 'IN_PROGRESS') return { kind: 'stay' };
    const live = liveTasks(state, record);
    const blue = primary.replaces;
    const own = live.filter(({ service }) => service?.deploymentId === primary.id);
    const ofBlue = live.filter(({ service }) => service?.deploymentId === blue?.id);
    return nextStage({
      ...primary.shift,
      nowMs: clock.now(),
      weight: primary.weight,
      ready: own.filter((task) => isHealthy(task, provenSince())).length >= record.service.desiredCount,
      hasBlue: blue !== undefined,
      strays: live.length - own.length - ofBlue.length,
      rollingBack: primary.serviceDeployment.status === 'ROLLBACK_IN_PROGRESS',
      configuration: primary.serviceDeployment.deploymentConfiguration ?? {},
    });
  }

  /** True where another step may follow at once. */
  function takeStep(record: ServiceRecord, primary: DeploymentRecord): boolean {
    const step = stepOf(record, primary);
    switch (step.kind) {
      case 'stay':
        return false;
      case 'wait':
        wakeAt(record, step.untilMs);
        return false;
      case 'go':
        steps.shift(primary, primary.replaces, step);
        return true;
      default:
        return step satisfies never;
    }
  }

  return {
    /** As many stages on as there is nothing to wait for. */
    advance(record: ServiceRecord, primary: DeploymentRecord): void {
      while (takeStep(record, primary));
    },
    roll(record: ServiceRecord, primary: DeploymentRecord): void {
      const live = liveTasks(state, record);
      if (primary.shift && record.service.status === 'ACTIVE') rollShifting(record, primary, live);
      else rollBounded(record, primary, live);
    },
  };
}
