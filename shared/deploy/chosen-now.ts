import type { EcrGateway } from '../aws/ecr.ts';
import type { ImageConfig } from '../config/config.ts';
import type { DeployedImage } from './deployment.ts';
import { chooseImage } from './tag-policy.ts';

/** What the tag policy chooses from what ECR holds now: one DescribeImages, or one per thousand images. */
export async function chosenNow(
  { ecr }: { ecr: Pick<EcrGateway, 'images'> },
  { image }: { image: ImageConfig },
): Promise<DeployedImage | undefined> {
  const { tags } = image;
  if (tags.kind === 'promoted') return undefined;
  return chooseImage(image, await ecr.images(image, tags.kind === 'exact' ? tags.tag : undefined));
}
