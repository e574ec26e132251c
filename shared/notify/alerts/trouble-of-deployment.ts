import type { AnyDeployment } from '../../deploy/deployment.ts';
import type { Trouble } from './alert.ts';

const failures: ReadonlySet<AnyDeployment['state']> = new Set(['rolling-back', 'rolled-back', 'failed']);

/** The trouble that a deployment's failure is; it is told by the deployment itself. */
export function troubleOfDeployment({
  id,
  state,
  image,
  outcome,
  finishedAt,
  rolledAt,
  createdAt,
}: AnyDeployment): Trouble | undefined {
  if (!failures.has(state)) return undefined;
  return {
    key: 'deployment',
    kind: 'deployment-failed',
    cause: `${image.tag}: ${outcome?.reason ?? 'it failed'}`,
    ...(outcome?.hint ? { hint: outcome.hint } : {}),
    tag: image.tag,
    id,
    at: finishedAt ?? rolledAt ?? createdAt,
    about: { kind: 'deployment', id },
    elsewhere: true,
  };
}
