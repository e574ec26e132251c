import type { Clock } from '../../clock.ts';
import type { Place } from '../service.ts';
import { revisionDigits } from './arns.ts';
import { blueOf, FRESH, firstStage, newDeployment, newRevision, newServiceDeployment } from './new-deployment.ts';
import type { ServiceEvents } from './service-events.ts';
import type { DeploymentRecord, KnownDefinition, ServiceRecord } from './state.ts';
import type { ShiftStep } from './traffic-shift.ts';

interface Ports {
  place: Place;
  clock: Clock;
  events: ServiceEvents;
}

/** Makes `deployment` PRIMARY and announces it. */
function promote(record: ServiceRecord, deployment: DeploymentRecord, { events }: Ports): void {
  for (const before of record.deployments) before.status = 'ACTIVE';
  deployment.status = 'PRIMARY';
  record.deployments.unshift(deployment);
  record.service.taskDefinition = deployment.definition.taskDefinitionArn;
  record.service.currentServiceDeployment = deployment.serviceDeployment.serviceDeploymentArn;
  record.steady = false;
  events.deployment(record, deployment, 'IN_PROGRESS');
}

/** The statuses of a service deployment that has not ended. */
const ONGOING = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

function stopped(deployment: DeploymentRecord, reason: string, now: Date): void {
  if (!ONGOING.includes(deployment.serviceDeployment.status ?? '')) return;
  Object.assign(deployment.serviceDeployment, {
    status: 'STOPPED',
    statusReason: reason,
    stoppedAt: now,
    finishedAt: now,
    updatedAt: now,
  });
}

/** How deployments begin, complete, fail and go back. */
export function deploymentSteps(ports: Ports) {
  const { clock, events, place } = ports;
  const now = () => new Date(clock.now());

  function begin(record: ServiceRecord, definition: KnownDefinition): void {
    const digits = revisionDigits(place);
    const revision = newRevision(record, definition, digits, ports);
    const serviceDeployment = newServiceDeployment(record, revision, ports);
    for (const before of record.deployments) stopped(before, 'Superseded by a newer service deployment.', now());
    record.history.unshift({ serviceDeployment, revision });
    const id = `ecs-svc/${digits}`;
    const shift = firstStage(record, clock.now());
    if (shift) serviceDeployment.lifecycleStage = shift.stage;
    promote(
      record,
      newDeployment(ports, id, {
        definition,
        revision,
        serviceDeployment,
        rolloutStateReason: `ECS deployment ${id} in progress.`,
        shift,
        replaces: shift && blueOf(record),
      }),
      ports,
    );
  }

  function complete(record: ServiceRecord, deployment: DeploymentRecord): void {
    const { serviceDeployment, id } = deployment;
    Object.assign(deployment, {
      rolloutState: 'COMPLETED',
      rolloutStateReason: `ECS deployment ${id} completed.`,
      updatedAt: now(),
    });
    const status = serviceDeployment.status === 'ROLLBACK_IN_PROGRESS' ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL';
    Object.assign(serviceDeployment, { status, finishedAt: now(), updatedAt: now() });
    if (serviceDeployment.deploymentCircuitBreaker?.status === 'MONITORING')
      serviceDeployment.deploymentCircuitBreaker.status = 'MONITORING_COMPLETE';
    Object.assign(deployment, { weight: 100, shift: undefined, replaces: undefined });
    record.lastCompleted = deployment;
    record.service.currentServiceRevisions = [{ arn: deployment.revision.serviceRevisionArn }];
    events.say(record, `(deployment ${id}) deployment completed.`);
    events.deployment(record, deployment, 'COMPLETED');
  }

  /**
   * The last completed deployment becomes PRIMARY again, under its own id, as seen in ECS
   * (aws/copilot-cli#4838). `why` begins its rolloutStateReason: `ECS deployment circuit breaker`.
   */
  function rollBack(record: ServiceRecord, failed: DeploymentRecord, why: string): void {
    const target = record.lastCompleted;
    if (!target) return;
    const reason = `${why}: rolling back to deploymentId ${target.id}.`;
    Object.assign(failed.serviceDeployment, {
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: reason,
      updatedAt: now(),
      rollback: { reason, startedAt: now(), serviceRevisionArn: target.revision.serviceRevisionArn },
    });
    const begun = { rolloutState: 'IN_PROGRESS', rolloutStateReason: reason, updatedAt: now() };
    // Blue may have to grow again, then traffic goes back to it.
    const shift = failed.shift && { stage: 'SCALE_UP' as const, sinceMs: clock.now() };
    if (shift) failed.serviceDeployment.lifecycleStage = shift.stage;
    record.deployments = record.deployments.filter((deployment) => deployment !== target);
    const replaces = shift && blueOf(record);
    Object.assign(target, begun, FRESH, { shift, replaces, serviceDeployment: failed.serviceDeployment });
    events.say(record, `rolling back to deployment ${target.id}.`);
    promote(record, target, ports);
  }

  function fail(record: ServiceRecord, deployment: DeploymentRecord, reason: string): void {
    Object.assign(deployment, { rolloutState: 'FAILED', rolloutStateReason: reason, updatedAt: now() });
    events.say(record, `(deployment ${deployment.id}) deployment failed: tasks failed to start.`);
    events.deployment(record, deployment, 'FAILED');
  }

  /** The circuit breaker fired; a rollback that fails as well is not rolled back again. */
  function breakCircuit(record: ServiceRecord, deployment: DeploymentRecord, rollback: boolean): void {
    const { serviceDeployment, failedTasks } = deployment;
    const rollingBack = serviceDeployment.status === 'ROLLBACK_IN_PROGRESS';
    if (serviceDeployment.deploymentCircuitBreaker && !rollingBack)
      Object.assign(serviceDeployment.deploymentCircuitBreaker, { status: 'TRIGGERED', failureCount: failedTasks });
    fail(record, deployment, 'ECS deployment circuit breaker: tasks failed to start.');
    if (rollingBack)
      Object.assign(serviceDeployment, { status: 'ROLLBACK_FAILED', finishedAt: now(), updatedAt: now() });
    else if (rollback && record.lastCompleted) rollBack(record, deployment, 'ECS deployment circuit breaker');
    else stopped(deployment, deployment.rolloutStateReason, now());
  }

  /** A StopServiceDeployment was accepted: the deployment stops, or goes back. */
  function obeyStop(record: ServiceRecord, deployment: DeploymentRecord): void {
    const { serviceDeployment } = deployment;
    if (serviceDeployment.status === 'ROLLBACK_REQUESTED')
      rollBack(record, deployment, 'Service deployment rolled back because of a StopServiceDeployment request');
    if (serviceDeployment.status !== 'STOP_REQUESTED') return;
    const rolloutStateReason = `ECS deployment ${deployment.id} stopped because of a StopServiceDeployment request.`;
    Object.assign(deployment, { rolloutState: 'FAILED', rolloutStateReason, updatedAt: now() });
    stopped(deployment, rolloutStateReason, now());
  }

  /** On to a lifecycle stage, or to the next share of the traffic. */
  function shift(
    deployment: DeploymentRecord,
    blue: DeploymentRecord | undefined,
    { stage, weight }: Extract<ShiftStep, { kind: 'go' }>,
  ): void {
    deployment.shift = { stage, sinceMs: clock.now() };
    deployment.weight = weight;
    if (blue) blue.weight = 100 - weight;
    Object.assign(deployment.serviceDeployment, { lifecycleStage: stage, updatedAt: now() });
  }

  /** Its service is deleted. */
  function abandon(record: ServiceRecord): void {
    for (const deployment of record.deployments) stopped(deployment, 'The service was deleted.', now());
  }

  return { begin, complete, breakCircuit, rollBack, obeyStop, shift, abandon };
}

export type DeploymentSteps = ReturnType<typeof deploymentSteps>;
