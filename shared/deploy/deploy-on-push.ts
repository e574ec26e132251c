import type { ImageConfig } from '../config/config.ts';
import type { ImagePush } from '../events/image-push.ts';
import type { DeployDeps } from './connect.ts';
import { wantsTag } from './tag-policy.ts';
import { visitAll } from './visit-all.ts';

/** Has every service that wants this repository and tag look at what ECR holds now, one after the other. */
export async function deployOnPush(push: ImagePush, deps: DeployDeps, remainingMs: () => number): Promise<void> {
  const { account, region, repository, tag, digest } = push;
  const isFromThere = ({ registry = deps.registry, repository: wanted }: ImageConfig) =>
    wanted === repository && registry.startsWith(`${account}.dkr.ecr.${region}.`);
  const wanting = Object.values(deps.config.services).filter(({ image }) => isFromThere(image) && wantsTag(image, tag));
  if (wanting.length === 0)
    return deps.log.info(`no service in batuta.yml wants ${repository}:${tag} of account ${account} in ${region}`);
  const visits = wanting.map(({ name }) => ({ service: name, deploy: 'push' as const, ...(digest ? { digest } : {}) }));
  await visitAll(deps, visits, remainingMs);
}
