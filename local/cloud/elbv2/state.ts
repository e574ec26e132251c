import type { Listener, LoadBalancer, Tag, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../service.ts';
import type { Health } from './health.ts';

type Known<Shape, Keys extends keyof Shape> = Shape & { [Key in Keys]-?: NonNullable<Shape[Key]> };

/** A registered target and what its checks found. */
export interface TargetRecord {
  /** An IP address or an instance's id; the local ones all lead to this machine. */
  id: string;
  port: number;
  health: Health;
  draining: boolean;
  /** The port to check for a HealthCheckPort that is not the traffic port. */
  checkPort(port: number): number;
  /** Hears of each check, also of those that changed nothing. */
  checked(health: Health): void;
  /** Stops its checks, or ends its draining. */
  cancel(): void;
}

export interface TargetGroupRecord {
  group: Known<
    TargetGroup,
    | 'TargetGroupArn'
    | 'TargetGroupName'
    | 'TargetType'
    | 'HealthCheckIntervalSeconds'
    | 'HealthCheckTimeoutSeconds'
    | 'HealthyThresholdCount'
    | 'UnhealthyThresholdCount'
  >;
  attributes: Map<string, string>;
  tags: Tag[];
  /** By `id:port`. */
  targets: Map<string, TargetRecord>;
}

/** Everything by ARN. */
export interface ElbState {
  targetGroups: Map<string, TargetGroupRecord>;
  loadBalancers: Map<string, Known<LoadBalancer, 'LoadBalancerArn' | 'LoadBalancerName' | 'Type'>>;
  listeners: Map<string, Known<Listener, 'ListenerArn' | 'LoadBalancerArn' | 'DefaultActions'>>;
}

export function emptyState(): ElbState {
  return { targetGroups: new Map(), loadBalancers: new Map(), listeners: new Map() };
}

/** @throws AwsError TargetGroupNotFound. */
export function findTargetGroup(state: ElbState, arn: string): TargetGroupRecord {
  const record = state.targetGroups.get(arn);
  if (!record) throw new AwsError('TargetGroupNotFoundException', `Target groups '${arn}' not found`);
  return record;
}

/** The load balancers whose listeners forward to the group. */
export function loadBalancersOf({ listeners }: ElbState, targetGroupArn: string): string[] {
  const using = [...listeners.values()].filter(({ DefaultActions }) =>
    DefaultActions.some(
      ({ TargetGroupArn, ForwardConfig }) =>
        TargetGroupArn === targetGroupArn ||
        ForwardConfig?.TargetGroups?.some((group) => group.TargetGroupArn === targetGroupArn),
    ),
  );
  return [...new Set(using.map(({ LoadBalancerArn }) => LoadBalancerArn))];
}
