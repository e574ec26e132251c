import type { LocalImage, Place } from '../service.ts';
import { lookUpImage, type Repositories } from './repositories.ts';
import { registryHost } from './repository-operations.ts';
import type { ContentStore } from './store.ts';

/** `HOST/repository[:tag][@sha256:…]`. */
const URI = /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

interface Reference {
  host: string;
  repository: string;
  imageTag: string | undefined;
  imageDigest: string | undefined;
}

function parseReference(imageUri: string): Reference | undefined {
  const [, host, repository, tag, imageDigest] = URI.exec(imageUri) ?? [];
  if (host === undefined || repository === undefined) return undefined;
  // A digest alone decides; a tag beside it is only a comment, as for Docker.
  return { host, repository, imageTag: imageDigest === undefined ? (tag ?? 'latest') : undefined, imageDigest };
}

function cannotPull(imageUri: string, why: string): Error {
  return new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${imageUri}: ${imageUri}: ${why}`,
  );
}

/** The image that a task pulls. Its digest is the repository's; @throws Error `CannotPullContainerError: …`. */
export function pullImage(imageUri: string, repositories: Repositories, store: ContentStore, place: Place): LocalImage {
  const reference = parseReference(imageUri);
  if (reference?.host !== registryHost(place))
    throw cannotPull(
      imageUri,
      `not found; the local ECR has only images of ${registryHost(place)}, push one with: batuta push NAME:TAG DIRECTORY`,
    );
  const stored = repositories.get(reference.repository);
  const image = stored && lookUpImage(stored, reference);
  if (!image) throw cannotPull(imageUri, 'not found');
  const { config } = JSON.parse(image.manifest) as { config?: { digest?: string } };
  const content = store.find(config?.digest ?? '');
  if (!content)
    throw cannotPull(imageUri, 'its manifest was put without content; push it with: batuta push NAME:TAG DIRECTORY');
  return { ...content, digest: image.digest };
}
