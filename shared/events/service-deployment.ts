import { fields, ignored, list, type Parsed, text } from './parse.ts';

/** Something happened to an ECS service's deployment: a hint to look at the service. */
export interface ServiceDeploymentEvent {
  serviceName: string;
  /** Absent in service ARNs of the old format. */
  clusterName?: string;
  /** `SERVICE_DEPLOYMENT_COMPLETED`, `SERVICE_TASK_PLACEMENT_FAILURE`, … (an open set). */
  eventName: string;
  /** `ecs-svc/…` */
  deploymentId?: string;
  reason?: string;
}

const kinds: ReadonlySet<unknown> = new Set(['ECS Deployment State Change', 'ECS Service Action']);

/** The service is named only by `resources[0]`: `…:service/CLUSTER/NAME`, before 2018 `…:service/NAME`. */
function serviceOf(arn: string): { serviceName: string; clusterName?: string } | undefined {
  const [, path] = /^arn:[^:]+:ecs:[^:]*:[^:]*:service\/(.+)$/.exec(arn) ?? [];
  const [first, second, third] = path?.split('/') ?? [];
  if (!first || third !== undefined) return undefined;
  return second ? { clusterName: first, serviceName: second } : { serviceName: first };
}

export function parseServiceDeployment(raw: unknown): Parsed<ServiceDeploymentEvent> {
  const event = fields(raw);
  const kind = event['detail-type'];
  if (event.source !== 'aws.ecs' || !kinds.has(kind))
    return ignored(`not an event of an ECS service: ${text(kind) ?? 'no detail-type'}`);
  const detail = fields(event.detail);
  const service = serviceOf(text(list(event.resources)[0]) ?? '');
  const eventName = text(detail.eventName);
  if (!service || !eventName) return ignored(`${text(kind)} without a service ARN or an eventName`);
  const deploymentId = text(detail.deploymentId);
  const reason = text(detail.reason);
  return {
    kind: 'event',
    value: { ...service, eventName, ...(deploymentId ? { deploymentId } : {}), ...(reason ? { reason } : {}) },
  };
}
