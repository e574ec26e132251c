import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
} from '@aws-sdk/client-application-auto-scaling';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import { AwsError } from '../service.ts';

type Known<Shape, Keys extends keyof Shape> = Shape & { [Key in Keys]-?: NonNullable<Shape[Key]> };

export type KnownTarget = Known<ScalableTarget, 'ResourceId' | 'MinCapacity' | 'MaxCapacity' | 'ScalableTargetARN'>;

export interface ScheduledRecord {
  action: Known<ScheduledAction, 'ScheduledActionName' | 'ResourceId'>;
  schedule: Schedule;
  createdMs: number;
  /** Cancels its timer. */
  cancel(): void;
}

/** Everything of the one dimension `ecs:service:DesiredCount`. */
export interface ScalingState {
  /** By resource id: `service/CLUSTER/NAME`. */
  targets: Map<string, KnownTarget>;
  /** By resource id and name. */
  policies: Map<string, Known<ScalingPolicy, 'PolicyName' | 'ResourceId'>>;
  actions: Map<string, ScheduledRecord>;
  /** Newest first. */
  activities: Known<ScalingActivity, 'ResourceId'>[];
}

export function emptyState(): ScalingState {
  return { targets: new Map(), policies: new Map(), actions: new Map(), activities: [] };
}

export function invalid(message: string): never {
  throw new AwsError('ValidationException', message);
}

export function notFound(what: string, resourceId: string): never {
  throw new AwsError(
    'ObjectNotFoundException',
    `${what} for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount`,
  );
}

/** @throws AwsError ObjectNotFoundException. */
export function findTarget({ targets }: ScalingState, resourceId: string): KnownTarget {
  return targets.get(resourceId) ?? notFound('No scalable target registered', resourceId);
}

/** What identifies a scalable target; only ECS services are scaled here. */
export function checkResource(input: { ServiceNamespace: string; ResourceId: string; ScalableDimension: string }): {
  cluster: string;
  service: string;
} {
  const { ServiceNamespace: namespace, ResourceId: id, ScalableDimension: dimension } = input;
  if (namespace !== 'ecs' || dimension !== 'ecs:service:DesiredCount')
    invalid(`The local Application Auto Scaling scales ecs:service:DesiredCount only, not ${dimension}`);
  const [, cluster, service] = /^service\/([\w-]+)\/([\w-]+)$/.exec(id) ?? [];
  if (cluster === undefined || service === undefined)
    return invalid(`Unsupported service namespace, resource type or scalable dimension: ${id}`);
  return { cluster, service };
}
