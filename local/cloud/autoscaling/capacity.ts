import type { Clock } from '../../clock.ts';
import type { Place } from '../service.ts';
import { checkResource, type KnownTarget, type ScalingState } from './state.ts';

/** The services that are scaled, as ECS shows them. */
export interface ServiceCapacity {
  /** Undefined where there is no ACTIVE service of that name. */
  desiredCount(cluster: string, service: string): number | undefined;
  scale(cluster: string, service: string, desiredCount: number): void;
}

export interface CapacityPorts {
  state: ScalingState;
  place: Place;
  clock: Clock;
  services: ServiceCapacity;
}

/** The nearest capacity within the target's bounds; undefined where the present one is. */
export function decideCapacity(
  present: number,
  { MinCapacity: min, MaxCapacity: max }: Pick<KnownTarget, 'MinCapacity' | 'MaxCapacity'>,
): number | undefined {
  const wanted = Math.min(Math.max(present, min), max);
  return wanted === present ? undefined : wanted;
}

/** The service of a target. */
function serviceOf({ ResourceId }: Pick<KnownTarget, 'ResourceId'>) {
  return checkResource({ ServiceNamespace: 'ecs', ResourceId, ScalableDimension: 'ecs:service:DesiredCount' });
}

/** Brings the service's desired count within the target's bounds, and notes the activity. */
export function scaleIntoBounds(target: KnownTarget, cause: string, ports: CapacityPorts): void {
  const { state, place, clock, services } = ports;
  const { cluster, service } = serviceOf(target);
  const present = services.desiredCount(cluster, service);
  const wanted = present === undefined ? undefined : decideCapacity(present, target);
  if (wanted === undefined) return;
  services.scale(cluster, service, wanted);
  const now = new Date(clock.now());
  state.activities.unshift({
    ActivityId: place.newUuid(),
    ServiceNamespace: 'ecs',
    ResourceId: target.ResourceId,
    ScalableDimension: 'ecs:service:DesiredCount',
    Description: `Setting desired count to ${wanted}.`,
    Cause: cause,
    StartTime: now,
    EndTime: now,
    StatusCode: 'Successful',
    StatusMessage: `Successfully set desired count to ${wanted}. Change successfully fulfilled by ecs.`,
  });
}
