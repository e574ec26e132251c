import type * as model from '@aws-sdk/client-application-auto-scaling';
import { pageOf } from '../pages.ts';
import type { Operations } from '../service.ts';
import { scalingArns } from './arns.ts';
import type { CapacityPorts } from './capacity.ts';
import { checkResource, findTarget, invalid, notFound } from './state.ts';
import { refuseToken } from './targets.ts';

type Kind = model.PolicyType;

function checkConfiguration(type: Kind, input: Omit<Partial<model.PutScalingPolicyRequest>, 'ResourceId'>): void {
  const { StepScalingPolicyConfiguration: step, TargetTrackingScalingPolicyConfiguration: tracking } = input;
  if (type === 'StepScaling' && !step) invalid('StepScalingPolicyConfiguration is required for StepScaling');
  if (type === 'TargetTrackingScaling' && !tracking)
    invalid('TargetTrackingScalingPolicyConfiguration is required for TargetTrackingScaling');
}

/** Policies are kept and described; nothing measures here, so none of them ever scales. */
export function policyOperations({ state, place, clock }: CapacityPorts) {
  const arns = scalingArns(place);
  return {
    PutScalingPolicy(input) {
      checkResource(input);
      const { PolicyName, ResourceId } = input;
      findTarget(state, ResourceId);
      const key = `${ResourceId} ${PolicyName}`;
      const before = state.policies.get(key);
      const type = input.PolicyType ?? before?.PolicyType ?? 'StepScaling';
      // The SDK's unions with unknown members keep the generated type apart from the request's.
      const given = input as unknown as model.PutScalingPolicyRequest;
      checkConfiguration(type, { ...before, ...given });
      const policy = {
        PolicyARN: before?.PolicyARN ?? arns.policy(ResourceId, PolicyName),
        CreationTime: before?.CreationTime ?? new Date(clock.now()),
        Alarms: [],
        ...given,
        ...{ PolicyName, ResourceId, PolicyType: type },
      };
      state.policies.set(key, policy);
      return { PolicyARN: policy.PolicyARN, Alarms: [] };
    },
    DescribeScalingPolicies({ ServiceNamespace, ResourceId, PolicyNames, MaxResults = 50, NextToken }) {
      const found = [...state.policies.values()].filter(
        (policy) =>
          policy.ServiceNamespace === ServiceNamespace &&
          (ResourceId ?? policy.ResourceId) === policy.ResourceId &&
          (PolicyNames?.includes(policy.PolicyName) ?? true),
      );
      const page = pageOf(found, NextToken, MaxResults, refuseToken);
      return { ScalingPolicies: page.items, NextToken: page.next };
    },
    DeleteScalingPolicy(input) {
      checkResource(input);
      const { ResourceId, PolicyName } = input;
      if (!state.policies.delete(`${ResourceId} ${PolicyName}`))
        notFound(`No scaling policy found with name: ${PolicyName}`, ResourceId);
      return {};
    },
  } satisfies Operations<typeof model>;
}
