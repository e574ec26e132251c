import { BadRequest } from '../core/errors.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { deploymentKind } from '../deploy/deployment-record.ts';
import { targetsOf } from '../deploy/targets-of.ts';
import { newest } from './newest.ts';
import type { ShipDeps } from './ship.ts';

/** One query each: the newest of all services is merged from theirs. */
const mostServices = 50;
/** `2026-11-20T09:00:00.000Z#d-…`, the sort key of a deployment. */
export const position = /^\d{4}-\d\d-\d\dT[\d:.]+Z#d-[a-z2-7]{24}$/;

interface DeploymentPage {
  deployments: Deployment[];
  cursor?: string;
}

/** The newest deployments of these services, `limit` of them older than `after`. */
export async function recentOf(
  { stores }: Pick<ShipDeps, 'stores'>,
  services: readonly string[],
  limit: number,
  after: string | undefined,
): Promise<DeploymentPage> {
  const partitions = services.map((name) => `service#${name}`);
  const { values, ...more } = await newest(stores.deployments, deploymentKind, { partitions, limit, after });
  return { deployments: values, ...more };
}

/**
 * Of one service or scheduled task, also one that batuta.yml has no more; without a name of all, where they
 * are not too many.
 */
export async function listDeployments(
  deps: ShipDeps,
  service: string | undefined,
  limit: number,
  after: string | undefined,
): Promise<DeploymentPage> {
  const all = targetsOf(deps.config).map(({ name }) => name);
  if (service === undefined && all.length > mostServices)
    throw new BadRequest(422, `There are ${all.length} services; name one: ?service=${all[0]}`, [
      { field: 'service', message: `is needed where there are more than ${mostServices} services` },
    ]);
  const answer = await recentOf(deps, service === undefined ? all : [service], limit, after);
  const isUnknown = service !== undefined && !all.includes(service);
  if (isUnknown && after === undefined && answer.deployments.length === 0)
    throw new BadRequest(404, `There is no service ${service}, and there are no deployments of one`, [
      { field: 'service', message: 'is not known' },
    ]);
  return answer;
}
