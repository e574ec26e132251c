import type { Access, Place } from '../service.ts';
import { elbArns } from './arns.ts';

interface Asked {
  Name?: string;
  TargetGroupArn?: string;
  LoadBalancerArn?: string;
  ListenerArn?: string;
}

/** What Elastic Load Balancing asks IAM per call; source: Service Authorization Reference, Elastic Load Balancing V2. */
export function elbAccess(place: Place, operation: string, asked: Asked): Access[] {
  const arns = elbArns(place);
  const on = (resource: string): Access[] => [{ action: `elasticloadbalancing:${operation}`, resource }];
  switch (operation) {
    case 'CreateTargetGroup':
      return on(arns.anyTargetGroup(asked.Name ?? ''));
    case 'CreateLoadBalancer':
      return on(arns.anyLoadBalancer(asked.Name ?? ''));
    case 'CreateListener':
    case 'DeleteLoadBalancer':
      return on(asked.LoadBalancerArn ?? '*');
    case 'DeleteListener':
      return on(asked.ListenerArn ?? '*');
    case 'ModifyTargetGroup':
    case 'ModifyTargetGroupAttributes':
    case 'DeleteTargetGroup':
    case 'RegisterTargets':
    case 'DeregisterTargets':
      return on(asked.TargetGroupArn ?? '*');
    default:
      // Describe calls support no resource.
      return on('*');
  }
}
