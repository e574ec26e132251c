import type { LookDeps } from './connect.ts';
import { drivable, type Problem } from './decide-target.ts';
import type { Deployment } from './deployment.ts';
import type { Target } from './target.ts';

/** What the service runs now, or why it cannot be deployed: two calls of ECS. */
export async function lookAtTarget(
  { ecs }: LookDeps,
  { spec }: Pick<Deployment, 'spec'>,
): Promise<Target | { problem: Problem }> {
  const driven = drivable(await ecs.describeService(spec.cluster, spec.service), spec);
  if ('problem' in driven) return driven;
  return { ...driven, ...(await ecs.describeTaskDefinition(driven.service.taskDefinitionArn)) };
}
