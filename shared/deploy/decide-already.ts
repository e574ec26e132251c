import type { DeploymentId } from '../core/ids.ts';
import type { DeployedImage, Deployment } from './deployment.ts';
import type { Hold } from './hold/hold.ts';
import type { ImageReference } from './image-reference.ts';

export interface AlreadyFacts {
  image: DeployedImage;
  /** What the matching containers of the live revision name. */
  live: readonly ImageReference[];
  /** Of the service, where there is one: waiting, and being rolled out. */
  pending: Deployment | undefined;
  inFlight: Deployment | undefined;
}

export interface Already {
  why: string;
  /** What is at it. */
  deployment?: DeploymentId;
}

/** What a person may do about what waits. */
function nextStep({ id, service, holds, approval }: Deployment): string {
  const has = (kind: Hold['kind']) => holds.some((hold) => hold.kind === kind);
  const goOn = [
    ...(has('approval') && !approval ? [`batuta approve ${id}`] : []),
    ...(has('pause') ? [`batuta resume ${service}`] : []),
  ];
  return `${['wait', ...goOn].join(', ')} or batuta reject ${id}`;
}

/** Why asking for the image would change nothing; undefined where it would. */
export function alreadyThere({ image, live, pending, inFlight }: AlreadyFacts): Already | undefined {
  const { tag, digest } = image;
  if (pending) {
    if (pending.image.digest !== digest) return undefined;
    const waits = pending.holds.map(({ why }) => why).join(', ');
    const why = `${tag} is ${pending.state} already as ${pending.id}${waits ? `: ${waits}; ${nextStep(pending)}` : ''}`;
    return { why, deployment: pending.id };
  }
  if (inFlight && inFlight.state !== 'rolling-back')
    return inFlight.image.digest === digest
      ? { why: `${tag} is ${inFlight.state} already as ${inFlight.id}`, deployment: inFlight.id }
      : undefined;
  if (inFlight || live.length === 0 || live.some((container) => container.digest !== digest)) return undefined;
  return { why: `${tag} (${digest}) runs already` };
}

/**
 * Why no way back is looked for where nobody names one: it is under way, and from there the way would lead
 * further back than anybody means.
 */
export function goesBackAlready({
  pending,
  inFlight,
}: Pick<AlreadyFacts, 'pending' | 'inFlight'>): Already | undefined {
  if (inFlight?.state === 'rolling-back') {
    const { id, image, from } = inFlight;
    const back = from?.tag ? ` to ${from.tag}` : '';
    return { why: `${image.tag} failed and goes back${back} already (${id}); name another by --to`, deployment: id };
  }
  const back = [pending, inFlight].find((deployment) => deployment?.goBack);
  return (
    back && {
      why: `it goes back to ${back.image.tag} already as ${back.id}; name another by --to`,
      deployment: back.id,
    }
  );
}
