import type { StopCause } from '../aws/task.ts';
import type { ServiceConfig } from '../config/config.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';

export type DeploymentState =
  | 'preparing'
  | 'rolling'
  | 'succeeded'
  | 'rolling-back'
  | 'rolled-back'
  | 'failed'
  | 'skipped'
  | 'superseded';

export const terminalDeploymentStates: ReadonlySet<DeploymentState> = new Set([
  'succeeded',
  'rolled-back',
  'failed',
  'skipped',
  'superseded',
]);

export interface DeployedImage {
  repository: string;
  tag: string;
  digest: string;
  /** First push of the digest: ECR keeps it when a tag moves. */
  pushedAt: Instant;
}

export type DeploymentTrigger = { kind: 'push' } | { kind: 'sweep' };

/** A task of the new revision that died, as evidence and for the news. */
export interface CrashedTask extends StopCause {
  taskArn: string;
  stoppedAt: Instant;
}

export interface Deployment {
  schemaVersion: 1;
  id: DeploymentId;
  /** The service's key in batuta.yml; `spec` is its configuration when the deployment began (rule 7). */
  service: string;
  spec: ServiceConfig;
  state: DeploymentState;
  trigger: DeploymentTrigger;
  image: DeployedImage;
  /** An `exact` tag that now names an image pushed before the one it named. */
  movedBack?: true;
  /** Counts what this service accepted; see ServicePointer. */
  sequence: number;
  createdAt: Instant;
  /** The last revision known to be good, which a rollback goes to: its ARN and, where known, the tag of its image. */
  from?: { taskDefinitionArn: string; tag?: string };
  /** The revision we registered. */
  to?: { taskDefinitionArn: string };
  /** Written before UpdateService: the intent. */
  updateIntendedAt?: Instant;
  /** ECS's id of our rollout: `ecs-svc/…`. */
  ecsDeploymentId?: string;
  /** When UpdateService was seen to have happened; the timeout counts from here. */
  rolledAt?: Instant;
  firstRunningAt?: Instant;
  finishedAt?: Instant;
  /** By task id, so that a replay counts nothing twice. */
  crashes: Readonly<Record<string, CrashedTask>>;
  /** Set on entering rolling-back or failed; also the reason of skipped and superseded. */
  outcome?: { reason: string; hint: string };
  /** The revision gone back to. */
  rollback?: { taskDefinitionArn: string; by: 'batuta' | 'circuit-breaker'; intendedAt: Instant };
}
