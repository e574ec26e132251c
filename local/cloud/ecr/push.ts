import type { Clock } from '../../clock.ts';
import type { LocalImage } from '../service.ts';
import { digestOf, partsOf } from './image-parts.ts';
import { type PutPorts, putImage } from './put-image.ts';
import { type Registries, splitHost } from './registries.ts';
import { findRepository, type StoredRepository } from './repositories.ts';
import { newRepository } from './repository-operations.ts';
import type { ContentStore } from './store.ts';

interface PushPorts {
  registries: Registries;
  store: ContentStore;
  clock: Clock;
  pushed: PutPorts['pushed'];
}

/** Pushes local images as `docker push` and buildx do; the same content and tag again is fine and silent. */
export function createPush({ registries, store, clock, pushed }: PushPorts) {
  /** Nobody here can create a repository in another account: a push there makes it. @throws AwsError */
  function target(name: string) {
    const { home, repository } = splitHost(name);
    const own = registries.of({}, undefined);
    const registry = home ? registries.at(home) : own;
    if (registry !== own && !registry.repositories.has(repository))
      registry.repositories.set(repository, newRepository(registry, { repositoryName: repository }, clock));
    return { registry, stored: findRepository(registry, repository) };
  }

  /** @returns the digest that the tag stands for. @throws AwsError as PutImage does. */
  async function push(name: string, tag: string | undefined, image: LocalImage) {
    const { registry, stored } = target(name);
    const { children, top } = partsOf(await store.add(image));
    const put = (manifest: string, config: string | undefined, tagged: string | undefined) => {
      if (config !== undefined) store.addBlob(config);
      const before = stored.images.get(digestOf(manifest));
      if (!before || (tagged !== undefined && !before.tags.has(tagged)))
        putImage(stored, { manifest, tag: tagged }, { clock, registry, pushed });
    };
    for (const { manifest, config } of children) put(manifest, config, undefined);
    put(top.manifest, top.config, tag);
    return { digest: digestOf(top.manifest), imageUri: uriOf(stored, tag, digestOf(top.manifest)) };
  }
  return push;
}

function uriOf({ repository }: StoredRepository, tag: string | undefined, digest: string): string {
  return `${repository.repositoryUri}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}
