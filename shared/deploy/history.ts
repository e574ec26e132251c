import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';

const pageSize = 50;
const mostPages = 4;

/** The successful ones among a service's last 200 deployments, newest first. */
export async function recentSuccesses(
  { deployments }: Pick<DeployDeps, 'deployments'>,
  service: string,
): Promise<Deployment[]> {
  const found: Deployment[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { values, next } = await deployments.list(`service#${service}`, {
      limit: pageSize,
      ...(cursor ? { cursor } : {}),
    });
    found.push(...values.filter(({ state }) => state === 'succeeded'));
    if (!next) break;
    cursor = next;
  }
  return found;
}
