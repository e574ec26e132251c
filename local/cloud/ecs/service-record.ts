import type { Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import type { Input } from './inputs.ts';
import { launchTypeOf } from './launch-checks.ts';
import { DEPLOYED, given, KEPT, mergedConfiguration } from './service-configuration.ts';
import type { ServiceRecord } from './state.ts';

interface Origin {
  cluster: string;
  place: Place;
  nowMs: number;
  /** The name of the calling role. */
  createdBy: string;
}

/** A service as CreateService makes it, with no deployment yet. */
export function newServiceRecord(
  input: Input<'CreateService'>,
  { cluster, place, nowMs, createdBy }: Origin,
): ServiceRecord {
  const name = input.serviceName;
  const arn = ecsArns(place).service(cluster, name);
  return {
    cluster,
    name,
    arn,
    deployments: [],
    history: [],
    lastCompleted: undefined,
    steady: false,
    service: {
      serviceArn: arn,
      serviceName: name,
      clusterArn: ecsArns(place).cluster(cluster),
      status: 'ACTIVE',
      desiredCount: input.desiredCount ?? 0,
      ...(!input.capacityProviderStrategy?.length && { launchType: launchTypeOf(input) }),
      ...(launchTypeOf(input) === 'FARGATE' && { platformVersion: 'LATEST', platformFamily: 'Linux' }),
      loadBalancers: [],
      serviceRegistries: [],
      placementConstraints: [],
      placementStrategy: [],
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: input.deploymentController?.type ?? 'ECS' },
      enableECSManagedTags: false,
      enableExecuteCommand: false,
      propagateTags: 'NONE',
      ...given(input, [...DEPLOYED, ...KEPT]),
      deploymentConfiguration: mergedConfiguration(undefined, input.deploymentConfiguration),
      events: [],
      createdAt: new Date(nowMs),
      createdBy: `arn:aws:iam::${place.account}:role/${createdBy}`,
    },
  };
}
