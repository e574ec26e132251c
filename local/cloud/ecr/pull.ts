import type { Clock } from '../../clock.ts';
import type { LocalImage, Place } from '../service.ts';
import { readManifest } from './manifest-json.ts';
import { platformImages, platformOf } from './platforms.ts';
import { homeOf, type Registries, registryHost } from './registries.ts';
import { lookUpImage } from './repositories.ts';
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

interface PullPorts {
  registries: Registries;
  store: ContentStore;
  place: Place;
  clock: Clock;
}

/**
 * The image that a task pulls. Its digest is the repository's, its platforms those of the manifest or index;
 * @throws Error `CannotPullContainerError: …`.
 */
export function pullImage(imageUri: string, { registries, store, place, clock }: PullPorts): LocalImage {
  const reference = parseReference(imageUri);
  const home = reference && homeOf(reference.host);
  if (!reference || !home)
    throw cannotPull(
      imageUri,
      `not found; the local ECR has only images of ${registryHost(place)}, push one with: batuta push NAME:TAG DIRECTORY`,
    );
  const stored = registries.at(home).repositories.get(reference.repository);
  const image = stored && lookUpImage(stored, reference);
  if (!image) throw cannotPull(imageUri, 'not found');
  const manifests = platformImages(stored, image).map(readManifest);
  const content = manifests.flatMap(({ layers }) => store.find(layers?.[0]?.digest) ?? [])[0];
  if (!content)
    throw cannotPull(imageUri, 'its manifest was put without content; push it with: batuta push NAME:TAG DIRECTORY');
  image.pulledAt = new Date(clock.now());
  const platforms = manifests.flatMap((manifest) => platformOf(manifest, store) ?? []);
  return { ...content, digest: image.digest, manifest: { ...content.manifest, platforms } };
}
