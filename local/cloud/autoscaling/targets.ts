import type * as model from '@aws-sdk/client-application-auto-scaling';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations } from '../service.ts';
import { scalingArns } from './arns.ts';
import { type CapacityPorts, scaleIntoBounds } from './capacity.ts';
import { checkResource, invalid, type KnownTarget, notFound } from './state.ts';

export function refuseToken(): never {
  throw new AwsError('InvalidNextTokenException', 'The next token is invalid');
}

export function targetOperations(ports: CapacityPorts) {
  const { state, place, clock, services } = ports;
  const arns = scalingArns(place);

  /** What is not given stays as it was: RegisterScalableTarget in the API reference. */
  function bounds(input: { MinCapacity?: number | undefined; MaxCapacity?: number | undefined }, before?: KnownTarget) {
    const { MinCapacity = before?.MinCapacity, MaxCapacity = before?.MaxCapacity } = input;
    if (MinCapacity === undefined || MaxCapacity === undefined)
      return invalid('MinCapacity and MaxCapacity are required for a new scalable target');
    if (MinCapacity < 0) return invalid('Minimum capacity cannot be less than 0');
    if (MaxCapacity < MinCapacity) return invalid('Maximum capacity cannot be less than minimum capacity');
    return { MinCapacity, MaxCapacity };
  }

  return {
    RegisterScalableTarget(input) {
      const { cluster, service } = checkResource(input);
      const { ResourceId } = input;
      if (services.desiredCount(cluster, service) === undefined) invalid(`ECS service doesn't exist: ${ResourceId}`);
      const before = state.targets.get(ResourceId);
      const target: KnownTarget = {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        RoleARN: arns.role,
        CreationTime: new Date(clock.now()),
        ScalableTargetARN: arns.target(),
        ...before,
        ResourceId,
        ...bounds(input, before),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
          ...before?.SuspendedState,
          ...input.SuspendedState,
        },
      };
      state.targets.set(ResourceId, target);
      scaleIntoBounds(target, 'the scalable target was registered', ports);
      return { ScalableTargetARN: target.ScalableTargetARN };
    },
    DescribeScalableTargets({ ServiceNamespace, ResourceIds, MaxResults = 50, NextToken }) {
      const found = [...state.targets.values()].filter(
        (target) => target.ServiceNamespace === ServiceNamespace && (ResourceIds?.includes(target.ResourceId) ?? true),
      );
      const page = pageOf(found, NextToken, MaxResults, refuseToken);
      return { ScalableTargets: page.items, NextToken: page.next };
    },
    DeregisterScalableTarget(input) {
      checkResource(input);
      const { ResourceId } = input;
      if (!state.targets.delete(ResourceId)) notFound('No scalable target found', ResourceId);
      for (const [key, policy] of state.policies) if (policy.ResourceId === ResourceId) state.policies.delete(key);
      for (const [key, { action, cancel }] of state.actions) {
        if (action.ResourceId !== ResourceId) continue;
        cancel();
        state.actions.delete(key);
      }
      return {};
    },
    DescribeScalingActivities({ ServiceNamespace, ResourceId, MaxResults = 50, NextToken }) {
      const found = state.activities.filter(
        (activity) =>
          activity.ServiceNamespace === ServiceNamespace && (ResourceId ?? activity.ResourceId) === activity.ResourceId,
      );
      const page = pageOf(found, NextToken, MaxResults, refuseToken);
      return { ScalingActivities: page.items, NextToken: page.next };
    },
  } satisfies Operations<typeof model>;
}
