/** An image of a registry as a container definition names it: `REGISTRY/REPOSITORY[:TAG][@DIGEST]`. */
export interface ImageReference {
  repository: string;
  tag?: string;
  digest?: string;
}

/** The parts of `image` where it is of `registry` (`ACCOUNT.dkr.ecr.REGION.amazonaws.com`); undefined where it is not. */
export function parseImageReference(image: string, registry: string): ImageReference | undefined {
  if (!image.startsWith(`${registry}/`)) return undefined;
  const [name = '', digest] = image.slice(registry.length + 1).split('@');
  const [repository = '', tag] = name.split(':');
  return { repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}
