import { type DeploymentId, parseDeploymentId, parseRunId, type RunId } from '../core/ids.ts';
import { parseStateChange, SOURCE, type WantedVisit } from './ours.ts';
import { fields, ignored, list, type Parsed, text } from './parse.ts';
import { parseServiceDeployment, type ServiceDeploymentEvent } from './service-deployment.ts';

/** What leads to a look at a service: ECS's own events, and ours. */
export type DeploymentWork =
  | { kind: 'service'; event: ServiceDeploymentEvent }
  | { kind: 'visits'; visits: readonly WantedVisit[] }
  /** A deployment came to `held`, or what holds it changed. */
  | { kind: 'held'; deployment: DeploymentId; service: string }
  /** A job before or after a deployment ended. */
  | { kind: 'job-ended'; run: RunId };

function visitOf(raw: unknown): WantedVisit[] {
  const { follow, deploy, cleanUp, drift, ...rest } = fields(raw);
  const service = text(rest.service);
  const digest = text(rest.digest);
  const deployment = text(rest.deployment);
  if (!service) return [];
  return [
    {
      service,
      ...(follow === true ? { follow } : {}),
      ...(drift === true ? { drift } : {}),
      ...(cleanUp === true ? { cleanUp } : {}),
      ...(deploy === 'push' || deploy === 'sweep' ? { deploy } : {}),
      ...(digest ? { digest } : {}),
      ...(deployment ? { deployment } : {}),
    },
  ];
}

function ofOurs(raw: unknown): Parsed<DeploymentWork> {
  const event = fields(raw);
  if (event['detail-type'] === 'Deployment Work Left')
    return { kind: 'event', value: { kind: 'visits', visits: list(fields(event.detail).visits).flatMap(visitOf) } };
  const change = parseStateChange(raw);
  if (change.kind === 'ignored') return change;
  const { 'detail-type': type, detail } = change.value;
  const deployment = type === 'Deployment State Change' ? parseDeploymentId(detail.id) : undefined;
  if (deployment) return { kind: 'event', value: { kind: 'held', deployment, service: detail.subject } };
  const run = type === 'Run State Change' ? parseRunId(detail.id) : undefined;
  return run ? { kind: 'event', value: { kind: 'job-ended', run } } : ignored(`${type} ${detail.id} is no work here`);
}

export function parseDeploymentWork(raw: unknown): Parsed<DeploymentWork> {
  if (fields(raw).source === SOURCE) return ofOurs(raw);
  const parsed = parseServiceDeployment(raw);
  return parsed.kind === 'ignored' ? parsed : { kind: 'event', value: { kind: 'service', event: parsed.value } };
}
