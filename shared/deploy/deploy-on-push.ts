import type { ImagePush } from '../events/image-push.ts';
import type { DeployDeps } from './connect.ts';
import { forEachInTurn } from './each.ts';
import { admits } from './tag-policy.ts';
import { visitService } from './visit-service.ts';

/** Has every service that wants this repository and tag look at what ECR holds now, one after the other. */
export async function deployOnPush(push: ImagePush, deps: DeployDeps): Promise<void> {
  const { account, region, repository, tag, digest } = push;
  const pushed = `${repository}:${tag}`;
  if (!deps.registry.startsWith(`${account}.dkr.ecr.${region}.`))
    return deps.log.info(`${pushed} was pushed to account ${account} in ${region}, which is not our registry`);
  const wanting = Object.values(deps.config.services).filter(
    ({ image }) => image.repository === repository && admits(image.tags, tag),
  );
  if (wanting.length === 0) return deps.log.info(`no service in batuta.yml wants ${pushed}`);
  await forEachInTurn(wanting, (spec) =>
    visitService(deps, spec, { follow: false, deploy: { trigger: { kind: 'push' }, digest } }),
  );
}
