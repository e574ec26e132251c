import type { ImagePush } from '../events/image-push.ts';
import type { DeployDeps } from './connect.ts';
import { admits } from './tag-policy.ts';
import { visitAll } from './visit-all.ts';

/** Has every service that wants this repository and tag look at what ECR holds now, one after the other. */
export async function deployOnPush(push: ImagePush, deps: DeployDeps, remainingMs: () => number): Promise<void> {
  const { account, region, repository, tag, digest } = push;
  const pushed = `${repository}:${tag}`;
  if (!deps.registry.startsWith(`${account}.dkr.ecr.${region}.`))
    return deps.log.info(`${pushed} was pushed to account ${account} in ${region}, which is not our registry`);
  const wanting = Object.values(deps.config.services).filter(
    ({ image }) => image.repository === repository && admits(image.tags, tag),
  );
  if (wanting.length === 0) return deps.log.info(`no service in batuta.yml wants ${pushed}`);
  const visits = wanting.map(({ name }) => ({ service: name, deploy: 'push' as const, ...(digest ? { digest } : {}) }));
  await visitAll(deps, visits, remainingMs);
}
