import type * as model from '@aws-sdk/client-elastic-load-balancing-v2';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { elbArns } from './arns.ts';
import { findLoadBalancer } from './load-balancers.ts';
import { type ElbState, findTargetGroup } from './state.ts';
import { refuse } from './target-group-checks.ts';

const PAGE = 400;

/** Listeners with their default actions: what tells which load balancer uses a target group. No rules. */
export function listenerOperations(state: ElbState, place: Place) {
  const arns = elbArns(place);
  return {
    CreateListener({ LoadBalancerArn, Port, Protocol, DefaultActions, Certificates, SslPolicy }) {
      findLoadBalancer(state, LoadBalancerArn);
      if (Port === undefined || Protocol === undefined) refuse('A port and a protocol must be specified');
      const listeners = [...state.listeners.values()];
      if (listeners.some((other) => other.LoadBalancerArn === LoadBalancerArn && other.Port === Port))
        throw new AwsError(
          'DuplicateListenerException',
          'A listener already exists on this port for this load balancer',
        );
      for (const { TargetGroupArn, ForwardConfig } of DefaultActions)
        for (const arn of [TargetGroupArn, ...(ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn)])
          if (arn !== undefined) findTargetGroup(state, arn);
      const created = {
        ListenerArn: arns.listener(LoadBalancerArn),
        ...{ LoadBalancerArn, Port, Protocol, DefaultActions },
        ...(Certificates && { Certificates }),
        ...(SslPolicy !== undefined && { SslPolicy }),
      };
      state.listeners.set(created.ListenerArn, created);
      return { Listeners: [created] };
    },
    DescribeListeners({ LoadBalancerArn, ListenerArns, Marker, PageSize = PAGE }) {
      if (LoadBalancerArn !== undefined) findLoadBalancer(state, LoadBalancerArn);
      const absent = ListenerArns?.find((arn) => !state.listeners.has(arn));
      if (absent !== undefined) throw new AwsError('ListenerNotFoundException', 'One or more listeners not found');
      const found = [...state.listeners.values()].filter(
        (listener) =>
          (LoadBalancerArn ?? listener.LoadBalancerArn) === listener.LoadBalancerArn &&
          (ListenerArns?.includes(listener.ListenerArn) ?? true),
      );
      const page = pageOf(found, Marker, PageSize, () => refuse(`Invalid marker: ${Marker}`));
      return { Listeners: page.items, NextMarker: page.next };
    },
    DeleteListener({ ListenerArn }) {
      if (!state.listeners.delete(ListenerArn))
        throw new AwsError('ListenerNotFoundException', `Listener '${ListenerArn}' not found`);
      return {};
    },
  } satisfies Operations<typeof model>;
}
