import type { EcsService, Rollout } from '../../shared/aws/ecs-services.ts';
import type { ServiceConfig, TagPolicy } from '../../shared/config/config.ts';
import { deploymentIdOf } from '../../shared/core/ids.ts';
import { type Instant, toInstant } from '../../shared/core/time.ts';
import type { CrashedTask, DeployedImage, Deployment } from '../../shared/deploy/deployment.ts';

const start = toInstant('2026-11-20T09:00:00Z');
const minute = 60_000;
export const minutesIn = (count: number): Instant => toInstant(start + count * minute);

export const revision = (number: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/shop-api:${number}`;

export const shopApi: ServiceConfig = {
  name: 'shop-api',
  service: 'shop-api',
  cluster: 'prod',
  image: { repository: 'shop/api', exclude: [], tags: { kind: 'semver', range: '>=1.0.0' } satisfies TagPolicy },
  timeoutMs: 30 * minute,
  alertAfterMs: 5 * minute,
  rollback: true,
  before: [],
  after: [],
  hold: { freeze: [] },
  mode: 'live',
  drift: 'tell',
  keepRevisions: 10,
  logTail: false,
};

/** An image pushed `atMinute`; its digest is told by `content`. */
export const anImage = (tag: string, atMinute = 0, content = tag): DeployedImage => ({
  repository: 'shop/api',
  tag,
  digest: `sha256:${content}`,
  pushedAt: minutesIn(atMinute),
});

/** Revision 2 with 1.1.0, rolling since `start`, from revision 1. */
export function aDeployment(parts: Partial<Deployment> = {}): Deployment {
  return {
    schemaVersion: 2,
    id: deploymentIdOf('shop-api', '1.1.0'),
    service: 'shop-api',
    spec: shopApi,
    state: 'rolling',
    trigger: { kind: 'push' },
    image: anImage('1.1.0'),
    sequence: 1,
    createdAt: start,
    from: { taskDefinitionArn: revision(1), tag: '1.0.0' },
    to: { taskDefinitionArn: revision(2) },
    updateIntendedAt: start,
    rolledAt: start,
    crashes: {},
    holds: [],
    runs: { before: [], after: [] },
    ...parts,
  };
}

/** Tasks that died at these minutes, with exit code 1. */
export function crashesAt(...minutes: number[]): Record<string, CrashedTask> {
  const crash = (at: number): CrashedTask => ({
    kind: 'exit',
    cause: 'exit code 1 of container api',
    hint: 'read the log',
    taskArn: `arn:aws:ecs:us-east-1:123456789012:task/prod/${at}`,
    stoppedAt: minutesIn(at),
  });
  return Object.fromEntries(minutes.map((at) => [`task-${at}`, crash(at)]));
}

export function aRollout(number: number, parts: Partial<Rollout> = {}): Rollout {
  return {
    id: `ecs-svc/${number}`,
    status: 'PRIMARY',
    taskDefinitionArn: revision(number),
    rolloutState: 'IN_PROGRESS',
    desiredCount: 2,
    runningCount: 1,
    createdAt: start,
    ...parts,
  };
}

/** The service with these rollouts; the first is PRIMARY unless it says otherwise. */
export function aService(rollouts: readonly Rollout[], parts: Partial<EcsService> = {}): EcsService {
  return {
    name: 'shop-api',
    status: 'ACTIVE',
    controller: 'ECS',
    taskDefinitionArn: rollouts[0]?.taskDefinitionArn ?? '',
    desiredCount: 2,
    addedMs: 0,
    rollsBack: false,
    strategy: 'ROLLING',
    rollouts,
    ...parts,
  };
}
