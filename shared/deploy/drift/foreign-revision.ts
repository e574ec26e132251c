import type { ServiceConfig } from '../../config/config.ts';
import { AwsCallFailed } from '../../core/errors.ts';
import { parseDeploymentId } from '../../core/ids.ts';
import { fields, list, text } from '../../events/parse.ts';
import type { DeployDeps } from '../connect.ts';
import type { DeployedImage } from '../deployment.ts';
import { diffRevisions, lineInWords } from '../diff.ts';
import type { ServicePointer } from '../pointer.ts';
import { type ImageTarget, matchingContainers, type RawTaskDefinition } from '../revision.ts';

export interface Revision {
  definition: RawTaskDefinition;
  tags: readonly RawTaskDefinition[];
}

/** Whether a deployment of ours made the revision, or put it there, however that deployment ended. */
export async function isOurs(
  { deployments }: Pick<DeployDeps, 'deployments'>,
  service: string,
  taskDefinitionArn: string,
  { tags }: Revision,
): Promise<boolean> {
  const named = tags.map(fields).filter(({ key }) => key === 'batuta:deployment' || key === 'batuta:rollback');
  for (const { value } of named) {
    const id = parseDeploymentId(text(value) ?? '');
    const deployment = id && (await deployments.get(id))?.value;
    const put = [deployment?.to, deployment?.rollback].map((revision) => revision?.taskDefinitionArn);
    if (deployment?.service === service && put.includes(taskDefinitionArn)) return true;
  }
  return false;
}

export const imagesOf = ({ definition }: Revision): string =>
  list(definition.containerDefinitions)
    .map((container) => text(fields(container).image) ?? '')
    .join(', ');

const targetOf = ({ registry }: Pick<DeployDeps, 'registry'>, { image, container }: ServiceConfig): ImageTarget => ({
  registry: image.registry ?? registry,
  repository: image.repository,
  container,
});

export const hasOurContainer = (deps: Pick<DeployDeps, 'registry'>, spec: ServiceConfig, { definition }: Revision) =>
  matchingContainers(definition, targetOf(deps, spec)).length > 0;

/** Whether its containers run the image with this digest; a tag without a digest means what ECR holds under it now. */
export async function runsImage(
  deps: Pick<DeployDeps, 'registry' | 'ecr'>,
  spec: ServiceConfig,
  { definition }: Revision,
  digest: string,
): Promise<boolean> {
  const containers = matchingContainers(definition, targetOf(deps, spec));
  const digests = containers.map(async (container) => {
    if (container.digest !== undefined || container.repository !== spec.image.repository) return container.digest;
    const tag = container.tag ?? 'latest';
    const listed = await deps.ecr.images(spec.image, tag);
    return listed.find(({ tags }) => tags.includes(tag))?.digest;
  });
  const found = await Promise.all(digests);
  return found.length > 0 && found.every((one) => one === digest);
}

/** The image that we deployed last, as ECR holds it; undefined where it is gone. */
export async function ourImage(
  deps: Pick<DeployDeps, 'ecr'>,
  { image }: ServiceConfig,
  { lastSuccessful, accepted }: ServicePointer,
): Promise<DeployedImage | undefined> {
  if (!lastSuccessful) return undefined;
  const { tag, digest } = lastSuccessful;
  const listed = await deps.ecr.images(image);
  const found = listed.find((one) => one.digest === digest);
  if (!found) return undefined;
  if (accepted?.digest === digest) return accepted;
  const { registry, repository } = image;
  return { ...(registry ? { registry } : {}), repository, tag, digest, pushedAt: found.pushedAt };
}

const mostLines = 12;

/** Images as the rest of the news names them: without the registry, and no more of a digest than tells it apart. */
const shortened = (line: string) =>
  line.replace(/\d{12}\.dkr\.ecr\.[\w.-]+\//g, '').replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+/g, '$1');

/** What changed from our revision to theirs, in words; nothing where ours cannot be read any more. */
export async function changesInWords(
  { ecs }: Pick<DeployDeps, 'ecs'>,
  ours: string,
  { definition }: Revision,
): Promise<string[]> {
  try {
    const before = await ecs.describeTaskDefinition(ours);
    const lines = diffRevisions(before.definition, definition).map(lineInWords).map(shortened);
    const more = lines.length - mostLines;
    return more > 0 ? [...lines.slice(0, mostLines), `and ${more} more`] : lines;
  } catch (error) {
    // Deleted for good: ECS does not know it any more.
    if (error instanceof AwsCallFailed && error.code === 'ClientException') return [];
    throw error;
  }
}
