import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import type { NetworkConfig } from '../config/config.ts';
import { addedMs } from './added-time.ts';

/** One of a service's deployments in ECS's sense. */
export interface Rollout {
  /** `ecs-svc/…` */
  id: string;
  /** PRIMARY, ACTIVE or INACTIVE. */
  status: string;
  taskDefinitionArn: string;
  /** IN_PROGRESS, COMPLETED or FAILED; absent behind a Classic Load Balancer. */
  rolloutState?: string;
  rolloutStateReason?: string;
  desiredCount: number;
  runningCount: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** An ECS service deployment: what tells how far a blue/green, linear or canary rollout is. */
export interface ServiceProgress {
  arn: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, STOP_REQUESTED, ROLLBACK_REQUESTED, _IN_PROGRESS, _SUCCESSFUL or _FAILED. */
  status: string;
  reason?: string;
  /** `BAKE_TIME`, `POST_SCALE_UP`, … */
  stage?: string;
  /** A hook at this stage waits for somebody to say go on. */
  isPaused: boolean;
  /** ARNs of the service revisions it replaces, and of the one it brings. */
  sources: readonly string[];
  target?: string;
}

/** An ECS service, as much of it as a deployment looks at. */
export interface EcsService {
  name: string;
  /** ACTIVE, DRAINING or INACTIVE. */
  status: string;
  /** ECS, CODE_DEPLOY or EXTERNAL. */
  controller: string;
  taskDefinitionArn: string;
  desiredCount: number;
  /** ECS itself goes back when its circuit breaker or an alarm says so. */
  rollsBack: boolean;
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY. */
  strategy: string;
  /** Bake time, steps and the time that hooks may take: what a rollout needs besides its tasks' start. */
  addedMs: number;
  /** Its newest service deployment; ECS keeps them for 90 days (docs). */
  serviceDeploymentArn?: string;
  /** Looked up for all strategies but ROLLING. */
  progress?: ServiceProgress;
  /** Where its tasks run; absent in bridge and host mode. */
  network?: NetworkConfig;
  rollouts: readonly Rollout[];
}

function toRollout(deployment: Deployment): Rollout {
  const { id = '', status = '', taskDefinition = '', rolloutState, rolloutStateReason } = deployment;
  return {
    id,
    status,
    taskDefinitionArn: taskDefinition,
    ...(rolloutState ? { rolloutState } : {}),
    ...(rolloutStateReason ? { rolloutStateReason } : {}),
    desiredCount: deployment.desiredCount ?? 0,
    runningCount: deployment.runningCount ?? 0,
    createdAt: deployment.createdAt?.getTime() ?? 0,
  };
}

function networkOf({ networkConfiguration }: Service): { network?: NetworkConfig } {
  const vpc = networkConfiguration?.awsvpcConfiguration;
  if (!vpc?.subnets) return {};
  const { subnets, securityGroups = [], assignPublicIp } = vpc;
  return { network: { subnets, securityGroups, assignPublicIp: assignPublicIp === 'ENABLED' } };
}

export function toService(service: Service): EcsService {
  const { deploymentCircuitBreaker, alarms } = service.deploymentConfiguration ?? {};
  const { currentServiceDeployment } = service;
  return {
    name: service.serviceName ?? '',
    status: service.status ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    taskDefinitionArn: service.taskDefinition ?? '',
    desiredCount: service.desiredCount ?? 0,
    strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
    addedMs: addedMs(service.deploymentConfiguration),
    ...(currentServiceDeployment ? { serviceDeploymentArn: currentServiceDeployment } : {}),
    ...networkOf(service),
    rollsBack: [deploymentCircuitBreaker, alarms].some((guard) => guard?.enable === true && guard.rollback === true),
    rollouts: (service.deployments ?? []).map(toRollout),
  };
}

export function toProgress(deployment: ServiceDeployment): ServiceProgress {
  const { serviceDeploymentArn = '', status = '', statusReason, lifecycleStage, lifecycleHookDetails } = deployment;
  const target = deployment.targetServiceRevision?.arn;
  return {
    arn: serviceDeploymentArn,
    status,
    ...(statusReason ? { reason: statusReason } : {}),
    ...(lifecycleStage ? { stage: lifecycleStage } : {}),
    isPaused: (lifecycleHookDetails ?? []).some((hook) => hook.status === 'AWAITING_ACTION'),
    sources: (deployment.sourceServiceRevisions ?? []).flatMap(({ arn }) => arn ?? []),
    ...(target ? { target } : {}),
  };
}
