import type { Instant } from '../core/time.ts';
import type { DeployDeps } from '../deploy/connect.ts';
import { type Deployment, isFollowed } from '../deploy/deployment.ts';
import type { ServicePointer } from '../deploy/pointer.ts';
import type { Death } from './service-watch.ts';

type BusinessDeps = Pick<DeployDeps, 'deployments'> & { pointers: Pick<DeployDeps['pointers'], 'get'> };

/** So many of a service's deployments may have had a task whose event is late. */
const latest = 5;

/** What we know of the service's deployments: those that the pointer leads to, read consistently, first. */
async function unfinished({ deployments }: BusinessDeps, { inFlight, pending }: ServicePointer): Promise<Deployment[]> {
  const ids = [inFlight, pending].flatMap((id) => id ?? []);
  const records = await Promise.all(ids.map((id) => deployments.get(id)));
  return records.flatMap((stored) => stored?.value ?? []);
}

/**
 * Whether a death of its new revision is a deployment's own business: while it is under way, and what it found out
 * before it ended. A revision that was rolled back is not wanted any more; one that stays, stays as it is.
 */
function isBusinessOf({ to, state, finishedAt }: Deployment, { taskDefinitionArn, at }: Omit<Death, 'id' | 'cause'>) {
  if (to?.taskDefinitionArn !== taskDefinitionArn) return false;
  return finishedAt === undefined || state === 'rolled-back' || at <= finishedAt;
}

/** Whether a deployment tells of the death itself, or has ended well in spite of it. */
export async function isDeploymentsBusiness(deps: BusinessDeps, service: string, death: Death): Promise<boolean> {
  const known = await unfinished(deps, await deps.pointers.get(service));
  if (known.some((deployment) => isBusinessOf(deployment, death))) return true;
  const { values } = await deps.deployments.list(`service#${service}`, { limit: latest });
  return values.some((deployment) => isBusinessOf(deployment, death));
}

/** The deployment whose rollout ECS is at work on, if there is one. */
export async function rolloutOf(deps: BusinessDeps, service: string): Promise<Deployment | undefined> {
  return (await unfinished(deps, await deps.pointers.get(service))).find(isFollowed);
}

/** A rollout that goes on for longer than this no longer keeps what ECS says of the service to itself. */
export const isStuck = ({ rolledAt }: Deployment, alertAfterMs: number, now: Instant): boolean =>
  rolledAt !== undefined && now - rolledAt > alertAfterMs;
