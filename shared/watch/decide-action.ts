import type { Severity } from '../config/config.ts';
import type { ServiceAction } from '../events/service-trouble.ts';
import type { NewsKind } from '../notify/news-kind.ts';
import { explainPlacement } from './placement.ts';
import type { ServiceTrouble } from './service-watch.ts';

export type ActionDecision =
  | { kind: 'ignore' }
  /** Running as many as desired, all healthy. */
  | { kind: 'steady' }
  | { kind: 'trouble'; key: ServiceTrouble; news: NewsKind; cause: string; hint: string; severity: Severity };

const lookAtEvents = "look at the service's events and stopped tasks in ECS";

/**
 * What an ECS Service Action means. Source: ECS developer guide, "Amazon ECS service action events". What only one task
 * set or capacity provider says (TASKSET_STEADY_STATE, CAPACITY_PROVIDER_STEADY_STATE) is not the service's state.
 */
export function decideAction({ eventName, reason }: Pick<ServiceAction, 'eventName' | 'reason'>): ActionDecision {
  const said = reason ? ` (${reason})` : '';
  const trouble = (key: ServiceTrouble, news: NewsKind, cause: string, hint: string, severity: Severity = 'error') =>
    ({ kind: 'trouble', key, news, cause, hint, severity }) as const;
  switch (eventName) {
    case 'SERVICE_STEADY_STATE':
      return { kind: 'steady' };
    case 'SERVICE_TASK_START_IMPAIRED':
      return trouble('impaired', 'service-impaired', `ECS cannot start its tasks consistently${said}`, lookAtEvents);
    case 'SERVICE_TASK_CONFIGURATION_FAILURE':
      return trouble(
        'impaired',
        'service-impaired',
        `ECS cannot start its tasks as they are configured${said}`,
        'check roles, subnets, security groups and the task definition',
      );
    case 'SERVICE_TASK_PLACEMENT_FAILURE': {
      const { cause, hint } = explainPlacement(reason);
      return trouble('unplaced', 'service-unplaced', cause, hint);
    }
    case 'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED':
      return trouble(
        'unplaced',
        'service-unplaced',
        `its tasks no longer fulfil the service's placement constraints${said}`,
        "compare the constraints with the instances' attributes",
      );
    case 'SERVICE_DISCOVERY_INSTANCE_UNHEALTHY':
    case 'VPC_LATTICE_TARGET_UNHEALTHY':
      return trouble(
        'unhealthy',
        'service-unhealthy',
        `${eventName.startsWith('VPC') ? 'VPC Lattice' : 'service discovery'} finds a task unhealthy${said}`,
        'look at the health checks of its tasks',
        'warning',
      );
    case 'ECS_OPERATION_THROTTLED':
    case 'SERVICE_DISCOVERY_OPERATION_THROTTLED':
      return trouble(
        'impaired',
        'service-impaired',
        `ECS is held back by the rate limits of AWS's API${said}`,
        'it passes; if it comes often, ask for higher quotas',
        'warning',
      );
    default:
      return { kind: 'ignore' };
  }
}
