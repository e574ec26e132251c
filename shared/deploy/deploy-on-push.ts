import type { ImageConfig } from '../config/config.ts';
import type { ImagePush } from '../events/image-push.ts';
import { forgetJobImage } from '../run/job-images.ts';
import type { Cache } from '../store/cache.ts';
import type { DeployDeps } from './connect.ts';
import { wantsTag } from './tag-policy.ts';
import { targetsOf } from './targets-of.ts';
import { visitAll } from './visit-all.ts';

export interface PushDeps extends DeployDeps {
  cache: Cache;
}

/** Has every service and scheduled task that wants this repository and tag look at what ECR holds now, one after the other. */
export async function deployOnPush(push: ImagePush, deps: PushDeps, remainingMs: () => number): Promise<void> {
  const { account, region, repository, tag, digest } = push;
  const isFromThere = ({ registry = deps.registry, repository: wanted }: ImageConfig) =>
    wanted === repository && registry.startsWith(`${account}.dkr.ecr.${region}.`);
  for (const { image } of Object.values(deps.config.jobs))
    if (typeof image === 'object' && isFromThere(image)) await forgetJobImage(deps.cache, image);
  const wanting = targetsOf(deps.config).filter(({ image }) => isFromThere(image) && wantsTag(image, tag));
  if (wanting.length === 0)
    return deps.log.info(`nothing in batuta.yml wants ${repository}:${tag} of account ${account} in ${region}`);
  const visits = wanting.map(({ name }) => ({ service: name, deploy: 'push' as const, ...(digest ? { digest } : {}) }));
  await visitAll(deps, visits, remainingMs);
}
