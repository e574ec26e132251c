import type { ServiceCapacity } from '../autoscaling/capacity.ts';
import type { Caller, Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import type { EcsState } from './state.ts';

type UpdateService = (input: { cluster: string; service: string; desiredCount: number }, caller: Caller) => unknown;

/** Services as Application Auto Scaling sees them; its service-linked role calls UpdateService with the count alone. */
export function serviceCapacity(state: EcsState, place: Place, updateService: UpdateService): ServiceCapacity {
  return {
    desiredCount(cluster, name) {
      const service = state.services.get(ecsArns(place).service(cluster, name))?.service;
      return service?.status === 'ACTIVE' ? service.desiredCount : undefined;
    },
    scale(cluster, service, desiredCount) {
      const caller = { accessKeyId: 'AWSServiceRoleForApplicationAutoScaling_ECSService', requestId: place.newUuid() };
      updateService({ cluster, service, desiredCount }, caller);
    },
  };
}
