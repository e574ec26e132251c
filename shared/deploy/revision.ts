import { fields, list, text } from '../events/parse.ts';
import type { DeployedImage } from './deployment.ts';
import { type ImageReference, parseImageReference } from './image-reference.ts';

/** A task definition as it is on the wire: fields that no SDK of ours knows are kept. */
export type RawTaskDefinition = Readonly<Record<string, unknown>>;
type RawTag = Readonly<Record<string, unknown>>;

/** What RegisterTaskDefinition answers with but does not take (SDK model, TaskDefinition against its request). */
const readOnlyFields: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** The parts of a task definition that RegisterTaskDefinition takes. */
export const registrable = (definition: RawTaskDefinition): RawTaskDefinition =>
  Object.fromEntries(Object.entries(definition).filter(([field]) => !readOnlyFields.has(field)));

const mostTags = 50;

/** Which containers a deployment changes: those of the repository in our registry, or the one named. */
export interface ImageTarget {
  registry: string;
  repository: string;
  container?: string | undefined;
}

export interface MatchingContainer extends ImageReference {
  name: string;
}

/** The containers whose image a deployment changes, with the image each names now. */
export function matchingContainers(definition: RawTaskDefinition, target: ImageTarget): MatchingContainer[] {
  return list(definition.containerDefinitions).flatMap((container) => {
    const name = text(fields(container).name) ?? '';
    const reference = parseImageReference(text(fields(container).image) ?? '', target.registry);
    if (target.container !== undefined) {
      return name === target.container ? [{ name, repository: '', ...reference }] : [];
    }
    return reference?.repository === target.repository ? [{ name, ...reference }] : [];
  });
}

function noMatch(definition: RawTaskDefinition, { registry, repository, container }: ImageTarget): string {
  const containers = list(definition.containerDefinitions).map(fields);
  const known = containers.map(({ name, image }) => `${text(name)} (${text(image)})`).join(', ');
  return container === undefined
    ? `no container of ${text(definition.family)} has an image of ${registry}/${repository}; it has ${known}`
    : `${text(definition.family)} has no container named ${container}; it has ${known}`;
}

function nextTags(tags: readonly RawTag[], image: DeployedImage, deploymentId: string): RawTag[] {
  const ours: Record<string, string> = {
    'batuta:tag': image.tag,
    'batuta:digest': image.digest,
    'batuta:deployment': deploymentId,
  };
  // AWS puts aws:… tags on what CloudFormation makes and refuses them from anybody else.
  const kept = tags.filter(({ key }) => !Object.hasOwn(ours, String(key)) && !String(key).startsWith('aws:'));
  return [...kept, ...Object.entries(ours).map(([key, value]) => ({ key, value }))];
}

/**
 * The body of RegisterTaskDefinition for the same task definition with another image, pinned by digest;
 * everything else stays as it is, empty values too (invariant 8).
 */
export function nextRevision(
  definition: RawTaskDefinition,
  tags: readonly RawTag[],
  image: DeployedImage,
  target: ImageTarget,
  deploymentId: string,
): { body: RawTaskDefinition } | { problem: string } {
  const names = new Set(matchingContainers(definition, target).map(({ name }) => name));
  if (names.size === 0) return { problem: noMatch(definition, target) };
  const carried = nextTags(tags, image, deploymentId);
  if (carried.length > mostTags)
    return { problem: `the revision would have ${carried.length} tags and ECS allows ${mostTags}; remove some` };
  const pinned = `${target.registry}/${image.repository}@${image.digest}`;
  const containerDefinitions = list(definition.containerDefinitions).map((container) =>
    names.has(text(fields(container).name) ?? '') ? { ...fields(container), image: pinned } : container,
  );
  return { body: { ...registrable(definition), containerDefinitions, tags: carried } };
}
