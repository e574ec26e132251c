import * as model from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import type { Engine, Operations, Place, Service } from '../service.ts';
import { elbAccess } from './access.ts';
import { DEFAULT_TIMING, type ElbTiming } from './checker.ts';
import { listenerOperations } from './listeners.ts';
import { loadBalancerOperations } from './load-balancers.ts';
import { createRegistry, type Registry } from './registry.ts';
import { emptyState, loadBalancersOf } from './state.ts';
import { targetGroupOperations } from './target-groups.ts';
import { targetOperations } from './targets.ts';

export interface Elbv2Ports {
  place: Place;
  clock: Clock;
  probe: Engine['probe'];
  timing?: Partial<ElbTiming> | undefined;
}

export interface Elbv2 extends Service, Pick<Registry, 'register' | 'deregister' | 'close'> {
  /** What ECS checks of a service's target group; undefined where it does not exist. */
  targetGroup(arn: string): { targetType: string; inUse: boolean } | undefined;
}

/** Elastic Load Balancing: target groups whose checks really ask this machine's processes. Traffic is not forwarded. */
export function createElbv2({ place, clock, probe, timing }: Elbv2Ports): Elbv2 {
  const state = emptyState();
  const registry = createRegistry({ state, clock, probe, timing: { ...DEFAULT_TIMING, ...timing } });
  const operations = {
    ...targetGroupOperations(state, place),
    ...targetOperations(state, registry),
    ...loadBalancerOperations(state, place, clock),
    ...listenerOperations(state, place),
  } satisfies Operations<typeof model>;
  return {
    name: 'elbv2',
    model,
    protocol: 'query',
    version: '2015-12-01',
    invalidInput: 'ValidationError',
    operations,
    access: (operation, input) => elbAccess(place, operation, input),
    targetGroup(arn) {
      const targetType = state.targetGroups.get(arn)?.group.TargetType;
      return targetType && { targetType, inUse: loadBalancersOf(state, arn).length > 0 };
    },
    ...registry,
  };
}
