import type { StopCause } from '../aws/task.ts';
import type { ServiceConfig, TargetConfig } from '../config/config.ts';
import type { DeploymentId, RunId } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import type { Hold } from './hold/hold.ts';

export type DeploymentState =
  | 'held'
  | 'preparing'
  | 'rolling'
  | 'verifying'
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

/** Before UpdateService: the service is untouched. */
export const isPending = ({ state }: Pick<Deployment, 'state'>): boolean => state === 'held' || state === 'preparing';

/** After UpdateService, and not over. */
export const isFollowed = ({ state }: Pick<Deployment, 'state'>): boolean =>
  state === 'rolling' || state === 'verifying' || state === 'rolling-back';

export interface DeployedImage {
  /** Where it is not our own: `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
  registry?: string;
  repository: string;
  tag: string;
  digest: string;
  /** First push of the digest: ECR keeps it when a tag moves. */
  pushedAt: Instant;
}

export type DeploymentTrigger =
  | { kind: 'push' }
  | { kind: 'sweep' }
  /** A person or their script: the token's id. */
  | { kind: 'api'; caller: string; idempotencyKey: string; requestHash: string }
  /** The same digest succeeded on `service`. */
  | { kind: 'promotion'; service: string; deployment: DeploymentId }
  /** Somebody else put the revision `found` in place, and the configuration says restore. */
  | { kind: 'drift'; found: string };

/** A task of the new revision that died, as evidence and for the news. */
export interface CrashedTask extends StopCause {
  taskArn: string;
  stoppedAt: Instant;
  /** With `logTail`: its last lines, redacted. */
  logTail?: readonly string[];
}

/** A container's log in CloudWatch, as its log configuration says. */
export interface ContainerLog {
  container: string;
  group: string;
  /** `awslogs-stream-prefix`; without one the stream's name is known only to the container runtime. */
  prefix?: string;
  /** `awslogs-region`. */
  region?: string;
}

/** Who said what, when. */
export interface Said {
  /** The token's id. */
  by: string;
  at: Instant;
  why?: string;
}

/** What is remembered of one image going to one target. */
export interface DeploymentOf<Spec extends TargetConfig> {
  schemaVersion: 1 | 2;
  id: DeploymentId;
  /** The service's (or scheduled task's) key in batuta.yml; `spec` is its configuration when the deployment began (rule 7). */
  service: string;
  spec: Spec;
  state: DeploymentState;
  trigger: DeploymentTrigger;
  image: DeployedImage;
  /** An image that the policy orders before the one that was accepted: a tag moved back, or a person's wish. */
  movedBack?: true;
  /** A rollback by hand: this revision as it is, with no holds, jobs or new revision. */
  goBack?: { taskDefinitionArn: string };
  /** Counts what this service accepted; see ServicePointer. 0: asked for, and not taken up yet. */
  sequence: number;
  createdAt: Instant;
  /** In `held`: what it waits for. Empty: for its turn. */
  holds: readonly Hold[];
  /** Every hold that there ever was, by its key: what was told. */
  heldBy?: readonly string[];
  /** In `held`: when to look again. */
  lookAt?: Instant;
  /** Not to begin before; of a promotion. */
  notBefore?: Instant;
  /** Approval is needed besides what the configuration says; of a promotion. */
  needsApproval?: true;
  approval?: Said & { verdict: 'approved' | 'rejected' };
  /** Every hold is lifted. */
  override?: Said;
  /** The runs of the jobs before and after, in order. */
  runs: { before: readonly JobRun[]; after: readonly JobRun[] };
  /** The last revision known to be good, which a rollback goes to: its ARN and, where known, the tag of its image. */
  from?: { taskDefinitionArn: string; tag?: string };
  /** The tag that ran when it got its place, where known: what people who approve it compare it with. `from` is looked for when it begins. */
  replaces?: string;
  /** The revision we registered. */
  to?: { taskDefinitionArn: string };
  registeredAt?: Instant;
  /** Written before UpdateService: the intent. */
  updateIntendedAt?: Instant;
  /** ECS's id of our rollout: `ecs-svc/…`. */
  ecsDeploymentId?: string;
  /** When UpdateService was seen to have happened; the timeout counts from here. */
  rolledAt?: Instant;
  firstRunningAt?: Instant;
  stableAt?: Instant;
  finishedAt?: Instant;
  /** By task id, so that a replay counts nothing twice; the newest twenty. */
  crashes: Readonly<Record<string, CrashedTask>>;
  /** When the others of the last window died, by task id. */
  otherCrashes?: Readonly<Record<string, Instant>>;
  /** Where the containers of our revision log to, of those with the driver awslogs. */
  logs?: readonly ContainerLog[];
  /** Set on entering rolling-back or failed; also the reason of skipped and superseded. */
  outcome?: { reason: string; hint: string };
  /** The revision gone back to. */
  rollback?: { taskDefinitionArn: string; by: 'batuta' | 'circuit-breaker'; intendedAt: Instant };
}

export type Deployment = DeploymentOf<ServiceConfig>;

/** To a service or a scheduled task. */
export type AnyDeployment = DeploymentOf<TargetConfig>;

export interface JobRun {
  job: string;
  run: RunId;
}
