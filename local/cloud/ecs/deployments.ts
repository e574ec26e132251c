import type { Clock } from '../../clock.ts';
import type { Place } from '../service.ts';
import { ecsArns, revisionDigits } from './arns.ts';
import { breakerThreshold } from './circuit-breaker.ts';
import type { ServiceEvents } from './service-events.ts';
import type { DeploymentRecord, KnownDefinition, ServiceRecord } from './state.ts';

interface Ports {
  place: Place;
  clock: Clock;
  events: ServiceEvents;
}

function newRevision(
  record: ServiceRecord,
  definition: KnownDefinition,
  digits: string,
  { place, clock }: Ports,
): DeploymentRecord['revision'] {
  const { service, cluster, name } = record;
  const { launchType, capacityProviderStrategy, networkConfiguration, loadBalancers } = service;
  return {
    serviceRevisionArn: ecsArns(place).serviceRevision(cluster, name, digits),
    serviceArn: record.arn,
    clusterArn: ecsArns(place).cluster(cluster),
    taskDefinition: definition.taskDefinitionArn,
    ...(launchType && { launchType }),
    ...(capacityProviderStrategy && { capacityProviderStrategy }),
    ...(networkConfiguration && { networkConfiguration }),
    loadBalancers: loadBalancers ?? [],
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    guardDutyEnabled: false,
    containerImages: definition.containerDefinitions.map(({ name: containerName, image }) => ({
      containerName,
      image,
    })),
    createdAt: new Date(clock.now()),
  };
}

function newServiceDeployment(record: ServiceRecord, revision: DeploymentRecord['revision'], { place, clock }: Ports) {
  const { deploymentConfiguration } = record.service;
  const breaker = deploymentConfiguration?.deploymentCircuitBreaker;
  const now = new Date(clock.now());
  return {
    serviceDeploymentArn: ecsArns(place).serviceDeployment(record.cluster, record.name, place.newHexId().slice(0, 21)),
    serviceArn: record.arn,
    clusterArn: ecsArns(place).cluster(record.cluster),
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    sourceServiceRevisions: record.deployments.map((source) => ({ arn: source.revision.serviceRevisionArn })),
    targetServiceRevision: { arn: revision.serviceRevisionArn },
    status: 'IN_PROGRESS' as const,
    ...(deploymentConfiguration && { deploymentConfiguration }),
    deploymentCircuitBreaker: {
      status: breaker?.enable ? ('MONITORING' as const) : ('DISABLED' as const),
      failureCount: 0,
      threshold: breakerThreshold(breaker ?? { enable: false, rollback: false }, record.service.desiredCount),
    },
  };
}

/** The counts of a deployment that begins. */
const FRESH = { failedTasks: 0, failedStarts: 0, startNotBefore: 0 };

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

function stopped(deployment: DeploymentRecord, reason: string, now: Date): void {
  if (deployment.serviceDeployment.status !== 'IN_PROGRESS') return;
  Object.assign(deployment.serviceDeployment, {
    status: 'STOPPED',
    statusReason: reason,
    stoppedAt: now,
    finishedAt: now,
    updatedAt: now,
  });
}

function newDeployment(
  ports: Ports,
  id: string,
  parts: Pick<DeploymentRecord, 'definition' | 'revision' | 'serviceDeployment' | 'rolloutStateReason'>,
) {
  const now = new Date(ports.clock.now());
  return {
    id,
    status: 'PRIMARY' as const,
    images: new Map(),
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS' as const,
    ...FRESH,
    ...parts,
  };
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
    promote(
      record,
      newDeployment(ports, id, {
        definition,
        revision,
        serviceDeployment,
        rolloutStateReason: `ECS deployment ${id} in progress.`,
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
    Object.assign(target, begun, FRESH, { serviceDeployment: failed.serviceDeployment });
    record.deployments = record.deployments.filter((deployment) => deployment !== target);
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

  return { begin, complete, breakCircuit, rollBack };
}

export type DeploymentSteps = ReturnType<typeof deploymentSteps>;
