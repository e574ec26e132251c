import type * as model from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { elbArns } from './arns.ts';
import type { ElbState } from './state.ts';
import { refuse } from './target-group-checks.ts';

const PAGE = 400;

/** @throws AwsError LoadBalancerNotFound. */
export function findLoadBalancer({ loadBalancers }: ElbState, arn: string) {
  const found = loadBalancers.get(arn);
  if (!found) throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${arn}]' not found`);
  return found;
}

function checkNew({ Name: name, Type = 'application' }: { Name: string; Type?: string | undefined }): 'app' | 'net' {
  if (!/^(?!-|internal-)[a-zA-Z0-9-]{1,32}(?<!-)$/.test(name))
    refuse(
      `The load balancer name '${name}' must be 1 to 32 letters, digits and hyphens, and not begin or end with a hyphen`,
    );
  if (Type === 'application') return 'app';
  if (Type === 'network') return 'net';
  return refuse(`The local load balancers are application and network ones; '${Type}' is not part of them`);
}

/** Load balancers as far as target groups and services need them: they are described, and forward nothing. */
export function loadBalancerOperations(state: ElbState, place: Place, clock: Clock) {
  const arns = elbArns(place);
  return {
    CreateLoadBalancer(input) {
      const { Name: name, Type = 'application', Scheme = 'internet-facing', SecurityGroups = [] } = input;
      const kind = checkNew(input);
      const existing = [...state.loadBalancers.values()].find(({ LoadBalancerName }) => LoadBalancerName === name);
      // A repeated creation answers with what is there: "This operation is idempotent" in the API reference.
      if (existing) return { LoadBalancers: [existing] };
      const subnets = input.Subnets ?? input.SubnetMappings?.map(({ SubnetId = '' }) => SubnetId) ?? [];
      if (subnets.length === 0) refuse('At least one subnet must be specified');
      const created = {
        LoadBalancerArn: arns.loadBalancer(kind, name),
        DNSName: `${name}-${place.newHexId().slice(0, 10)}.${place.region}.elb.amazonaws.com`,
        CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
        CreatedTime: new Date(clock.now()),
        LoadBalancerName: name,
        Scheme,
        VpcId: 'vpc-local',
        State: { Code: 'active' as const },
        Type,
        AvailabilityZones: subnets.map((SubnetId) => ({ ZoneName: `${place.region}a`, SubnetId })),
        SecurityGroups,
        IpAddressType: 'ipv4' as const,
      };
      state.loadBalancers.set(created.LoadBalancerArn, created);
      return { LoadBalancers: [created] };
    },
    DescribeLoadBalancers({ LoadBalancerArns, Names, Marker, PageSize = PAGE }) {
      for (const arn of LoadBalancerArns ?? []) findLoadBalancer(state, arn);
      const found = [...state.loadBalancers.values()].filter(
        ({ LoadBalancerArn, LoadBalancerName }) =>
          (LoadBalancerArns?.includes(LoadBalancerArn) ?? true) && (Names?.includes(LoadBalancerName) ?? true),
      );
      if (Names && found.length < Names.length)
        throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${Names.join(', ')}]' not found`);
      const page = pageOf(found, Marker, PageSize, () => refuse(`Invalid marker: ${Marker}`));
      return { LoadBalancers: page.items, NextMarker: page.next };
    },
    DeleteLoadBalancer({ LoadBalancerArn }) {
      state.loadBalancers.delete(LoadBalancerArn);
      for (const [arn, listener] of state.listeners)
        if (listener.LoadBalancerArn === LoadBalancerArn) state.listeners.delete(arn);
      return {};
    },
  } satisfies Operations<typeof model>;
}
