import { type ManifestJson, readManifest } from './manifest-json.ts';
import type { StoredImage, StoredRepository } from './repositories.ts';
import type { ContentStore } from './store.ts';

/** `os/architecture` of an image, from its config blob; undefined where the blob was never pushed. */
export function platformOf({ config }: ManifestJson, store: ContentStore): string | undefined {
  const text = store.blob(config?.digest);
  if (text === undefined) return undefined;
  const { os, architecture } = JSON.parse(text) as { os?: string; architecture?: string };
  return `${os}/${architecture}`;
}

/** The images that a tag or digest stands for: an index's children, without attestations, or the image itself. */
export function platformImages({ images }: StoredRepository, image: StoredImage): StoredImage[] {
  const { manifests } = readManifest(image);
  if (!manifests) return [image];
  return manifests
    .filter(({ platform }) => platform?.os !== 'unknown')
    .flatMap(({ digest = '' }) => images.get(digest) ?? []);
}
