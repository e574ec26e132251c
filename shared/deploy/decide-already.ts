import type { DeployedImage, Deployment } from './deployment.ts';
import type { ImageReference } from './image-reference.ts';

export interface AlreadyFacts {
  image: DeployedImage;
  /** What the matching containers of the live revision name. */
  live: readonly ImageReference[];
  /** Of the service, where there is one: waiting, and being rolled out. */
  pending: Deployment | undefined;
  inFlight: Deployment | undefined;
}

/** Why asking for the image would change nothing; undefined where it would. */
export function alreadyThere({ image, live, pending, inFlight }: AlreadyFacts): string | undefined {
  const { tag, digest } = image;
  if (pending) {
    if (pending.image.digest !== digest) return undefined;
    const waits = pending.holds.map(({ why }) => why).join(', ');
    return `${tag} is ${pending.state} already as ${pending.id}${waits ? `: ${waits}` : ''}`;
  }
  if (inFlight && inFlight.state !== 'rolling-back')
    return inFlight.image.digest === digest ? `${tag} is ${inFlight.state} already as ${inFlight.id}` : undefined;
  if (inFlight || live.length === 0 || live.some((container) => container.digest !== digest)) return undefined;
  return `${tag} (${digest}) runs already`;
}
