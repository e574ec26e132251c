import type { Deployment } from './deployment.ts';
import type { ServicePointer } from './pointer.ts';

export interface WayBackFacts {
  /** The revision that the service is set to now. */
  live: string;
  /** This service's successful deployments, newest first. */
  successes: readonly Deployment[];
  pointer: Pick<ServicePointer, 'lastSuccessful'>;
}

export type WayBack =
  | { kind: 'deployment'; deployment: Deployment }
  /** What ran before our first deployment, or what was found and adopted. */
  | { kind: 'revision'; taskDefinitionArn: string; tag?: string }
  | { kind: 'none' };

/** The success that runs: by its revision, or where that was registered again on the way back to it, by its image. */
function indexOfRunning({ live, successes, pointer: { lastSuccessful } }: WayBackFacts): number {
  const at = successes.findIndex(({ to }) => to?.taskDefinitionArn === live);
  if (at >= 0 || lastSuccessful?.taskDefinitionArn !== live) return at;
  return successes.findIndex(({ image }) => image.digest === lastSuccessful.digest);
}

/** Where a rollback by hand goes when nobody names it: the last success before what runs, of another image. */
export function decideWayBack(facts: WayBackFacts): WayBack {
  const { live, successes, pointer } = facts;
  const at = indexOfRunning(facts);
  const running = successes[at];
  const before = successes
    .slice(at + 1)
    .find(({ to, image }) => to && to.taskDefinitionArn !== live && image.digest !== running?.image.digest);
  if (before) return { kind: 'deployment', deployment: before };
  const other = running ? running.from : pointer.lastSuccessful;
  if (!other || other.taskDefinitionArn === live) return { kind: 'none' };
  const { taskDefinitionArn, tag } = other;
  return { kind: 'revision', taskDefinitionArn, ...(tag ? { tag } : {}) };
}
