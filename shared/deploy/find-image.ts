import type { TargetConfig } from '../config/config.ts';
import { chosenNow } from './chosen-now.ts';
import type { DeployDeps } from './connect.ts';
import { type AskedImage, decideImage } from './decide-image.ts';
import { recent, recentSuccesses } from './history.ts';

/** The image that somebody asked for by tag, by digest, or by naming none; reads only what that needs. */
export async function findImage(
  deps: Pick<DeployDeps, 'ecr' | 'deployments'>,
  spec: Pick<TargetConfig, 'image' | 'name'>,
  wanted: { tag?: string; digest?: string },
): Promise<AskedImage> {
  const { tag, digest } = wanted;
  const comesByPromotion = spec.image.tags.kind === 'promoted';
  const isNamed = tag !== undefined || digest !== undefined;
  return decideImage({
    policy: spec.image,
    wanted,
    chosen: isNamed ? undefined : await chosenNow(deps, spec),
    listed: isNamed ? await deps.ecr.images(spec.image, tag) : [],
    promoted: comesByPromotion ? await recent(deps, spec.name, ({ trigger }) => trigger.kind === 'promotion') : [],
    successes: digest === undefined ? [] : await recentSuccesses(deps, spec.name),
  });
}
