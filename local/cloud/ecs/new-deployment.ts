import type { Clock } from '../../clock.ts';
import type { Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import { breakerThreshold } from './circuit-breaker.ts';
import type { DeploymentRecord, KnownDefinition, ServiceRecord } from './state.ts';

interface Ports {
  place: Place;
  clock: Clock;
}

export function newRevision(
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

export function newServiceDeployment(
  record: ServiceRecord,
  revision: DeploymentRecord['revision'],
  { place, clock }: Ports,
): DeploymentRecord['serviceDeployment'] {
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
export const FRESH = { failedTasks: 0, failedStarts: 0, startNotBefore: 0 };

/** Of the deployments of a service the one that has the most traffic. */
export function blueOf({ deployments }: ServiceRecord): DeploymentRecord | undefined {
  return deployments.filter(({ rolloutState }) => rolloutState !== 'FAILED').sort((a, b) => b.weight - a.weight)[0];
}

/** Where a deployment by the service's strategy begins; a rolling one has no stages. */
export function firstStage({ service, deployments }: ServiceRecord, nowMs: number): DeploymentRecord['shift'] {
  if ((service.deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING') return undefined;
  return { stage: deployments.length > 1 ? 'RECONCILE_SERVICE' : 'PRE_SCALE_UP', sinceMs: nowMs };
}

export function newDeployment(
  ports: Ports,
  id: string,
  parts: Pick<
    DeploymentRecord,
    'definition' | 'revision' | 'serviceDeployment' | 'rolloutStateReason' | 'shift' | 'replaces'
  >,
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
    weight: parts.shift ? 0 : 100,
    ...parts,
  };
}
