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

/** Where a rollback by hand goes when nobody names it: the last success before what runs, of another image. */
export function decideWayBack({ live, successes, pointer: { lastSuccessful } }: WayBackFacts): WayBack {
  const at = successes.findIndex(({ to }) => to?.taskDefinitionArn === live);
  const running = successes[at];
  const before = successes
    .slice(at + 1)
    .find(({ to, image }) => to && to.taskDefinitionArn !== live && image.digest !== running?.image.digest);
  if (before) return { kind: 'deployment', deployment: before };
  const other = running ? running.from : lastSuccessful;
  if (!other || other.taskDefinitionArn === live) return { kind: 'none' };
  const { taskDefinitionArn, tag } = other;
  return { kind: 'revision', taskDefinitionArn, ...(tag ? { tag } : {}) };
}
