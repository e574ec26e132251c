import type { EcsService, Rollout, ServiceProgress } from '../aws/ecs-service.ts';

const lastPart = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/**
 * The service's newest service deployment, if it brings this rollout: `ecs-svc/ID` and the service
 * revision `…/ID` have the same id (hashicorp/terraform-provider-aws, internal/service/ecs/service.go).
 */
export function progressOf(service: EcsService, rolloutId: string | undefined): ServiceProgress | undefined {
  const { progress } = service;
  if (!progress?.target || rolloutId === undefined) return undefined;
  return lastPart(progress.target) === lastPart(rolloutId) ? progress : undefined;
}

/** Stable as ECS says it; without a rolloutState (Classic Load Balancers) as its counts say it. */
export function isStable(rollout: Rollout, service: EcsService): boolean {
  const { rolloutState, runningCount, desiredCount, id } = rollout;
  if (rolloutState === undefined) return service.rollouts.length === 1 && runningCount === desiredCount;
  if (rolloutState !== 'COMPLETED') return false;
  // Before its bake time is over, a blue/green rollout may still be taken back.
  const { progress } = service;
  if (service.strategy === 'ROLLING' || !progress) return true;
  return progressOf(service, id) ? progress.status === 'SUCCESSFUL' : !isOpen(progress);
}

const isOpen = ({ status }: ServiceProgress) => /^PENDING$|IN_PROGRESS$|_REQUESTED$/.test(status);

/** ECS is taking this rollout back by itself: an alarm, a hook, a person, or we asked for it. */
export const isGoingBack = (service: EcsService, rolloutId: string | undefined): boolean =>
  /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test(progressOf(service, rolloutId)?.status ?? '');

/** It ended without success, as the service deployment says where DescribeServices does not. */
export const hasFailed = (rollout: Rollout, service: EcsService): boolean =>
  rollout.rolloutState === 'FAILED' ||
  /^(STOPPED|ROLLBACK_FAILED)$/.test(progressOf(service, rollout.id)?.status ?? '');
