import type { EcsService, Rollout } from '../aws/ecs-service.ts';
import { type Instant, iso } from '../core/time.ts';
import { crashLoop } from './crash-loop.ts';
import type { Problem } from './decide-target.ts';
import type { CrashedTask, Deployment } from './deployment.ts';
import { progressOf } from './rollout-state.ts';

export const revisionOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
export const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;

const causesOf = (crashes: readonly CrashedTask[]) => [...new Set(crashes.map(({ cause }) => cause))].join('; ');

export function crashLoopProblem(deployment: Deployment, { desiredCount }: EcsService): Problem | undefined {
  const loop = crashLoop(deployment, desiredCount);
  if (!loop) return undefined;
  const { count, tasks } = loop;
  const died = `${count} tasks of ${revisionOf(deployment.to?.taskDefinitionArn ?? '')} died within 10 minutes`;
  return {
    reason: tasks.length > 0 ? `${died}: ${causesOf(tasks)}` : died,
    hint: tasks.at(-1)?.hint ?? "look at the service's stopped tasks in ECS",
  };
}

/** How long a rollout may take: what batuta.yml allows, and what the service's strategy needs besides. */
export const allowedMs = ({ spec }: Deployment, { addedMs }: EcsService): number => spec.timeoutMs + addedMs;

export function timeoutProblem(
  deployment: Deployment,
  startedAt: Instant,
  primary: Rollout,
  service: EcsService,
): Problem {
  const { runningCount, desiredCount, id } = primary;
  const progress = progressOf(service, id);
  const stage = progress?.stage ? `, in ${progress.stage}${progress.isPaused ? ', where a hook waits' : ''}` : '';
  const after = minutes(allowedMs(deployment, service));
  return {
    reason: `not stable ${after} after UpdateService (${iso(startedAt)}): ${runningCount} of ${desiredCount} tasks run${stage}`,
    hint: "look at the service's events in ECS; if it is only slow, raise timeout: in batuta.yml",
  };
}

export function breakerProblem(deployment: Deployment, ours: Rollout | undefined, service: EcsService): Problem {
  const crashes = Object.values(deployment.crashes).sort((a, b) => a.stoppedAt - b.stoppedAt);
  const causes = causesOf(crashes);
  const said =
    progressOf(service, ours?.id ?? deployment.ecsDeploymentId)?.reason ??
    ours?.rolloutStateReason ??
    'ECS took the rollout back: its circuit breaker or an alarm';
  return {
    reason: causes ? `${said} (${causes})` : said,
    hint: crashes.at(-1)?.hint ?? "look at the service's events and stopped tasks in ECS",
  };
}
