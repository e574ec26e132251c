import type * as model from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operations } from '../service.ts';
import type { Registry } from './registry.ts';
import { type ElbState, findTargetGroup, loadBalancersOf, type TargetGroupRecord, type TargetRecord } from './state.ts';

function targetHealth(target: TargetRecord | undefined, inUse: boolean): model.TargetHealth {
  if (!target)
    return {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    };
  if (target.draining)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    };
  if (!inUse)
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  const { state, reason, description } = target.health;
  return { State: state, ...(reason && { Reason: reason }), ...(description && { Description: description }) };
}

export function targetOperations(state: ElbState, registry: Registry) {
  const portOf = ({ group }: TargetGroupRecord, { Port }: model.TargetDescription): number => {
    const port = Port ?? group.Port;
    if (port === undefined) throw new AwsError('ValidationError', 'A port must be specified');
    return port;
  };
  return {
    RegisterTargets({ TargetGroupArn, Targets }) {
      const record = findTargetGroup(state, TargetGroupArn);
      for (const target of Targets) registry.register(TargetGroupArn, { id: target.Id, port: portOf(record, target) });
      return {};
    },
    DeregisterTargets({ TargetGroupArn, Targets }) {
      const record = findTargetGroup(state, TargetGroupArn);
      // Without a port, every registration of the target goes.
      const asked = Targets.flatMap(({ Id, Port }) =>
        [...record.targets.values()].filter(({ id, port }) => id === Id && (Port === undefined || port === Port)),
      );
      for (const target of asked) void registry.deregister(TargetGroupArn, target);
      return {};
    },
    DescribeTargetHealth({ TargetGroupArn, Targets }) {
      const record = findTargetGroup(state, TargetGroupArn);
      const inUse = loadBalancersOf(state, TargetGroupArn).length > 0;
      const known = [...record.targets.values()];
      const asked = Targets?.map((target) => ({ id: target.Id, port: portOf(record, target) })) ?? known;
      return {
        TargetHealthDescriptions: asked.map(({ id, port }) => ({
          Target: { Id: id, Port: port },
          HealthCheckPort:
            record.group.HealthCheckPort === 'traffic-port' ? String(port) : record.group.HealthCheckPort,
          TargetHealth: targetHealth(record.targets.get(`${id}:${port}`), inUse),
        })),
      };
    },
  } satisfies Operations<typeof model>;
}
