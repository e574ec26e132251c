import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';

const pageSize = 50;
const mostPages = 4;

/** Those wanted among a service's last 200 deployments, newest first. */
export async function recent(
  { deployments }: Pick<DeployDeps, 'deployments'>,
  service: string,
  isWanted: (deployment: Deployment) => boolean,
): Promise<Deployment[]> {
  const found: Deployment[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { values, next } = await deployments.list(`service#${service}`, {
      limit: pageSize,
      ...(cursor ? { cursor } : {}),
    });
    found.push(...values.filter(isWanted));
    if (!next) break;
    cursor = next;
  }
  return found;
}

export const recentSuccesses = (deps: Pick<DeployDeps, 'deployments'>, service: string): Promise<Deployment[]> =>
  recent(deps, service, ({ state }) => state === 'succeeded');
