import type { EcsService } from '../aws/ecs-services.ts';
import type { ServiceConfig } from '../config/config.ts';
import { advance } from './advance.ts';
import { pendingOf, skip, supersede } from './around-pending.ts';
import { beginDeployment } from './begin-deployment.ts';
import { chosenNow } from './chosen-now.ts';
import type { DeployDeps } from './connect.ts';
import { type DeployDecision, decideDeployment } from './decide-deployment.ts';
import type { Occasion } from './occasion.ts';
import { failPending } from './roll-out.ts';

/** What ECR chooses and the service is now. Under the lease, but before the pointer has been read: a call less to wait for. */
export function lookAhead(deps: DeployDeps, spec: ServiceConfig) {
  const looked = Promise.all([chosenNow(deps, spec), deps.ecs.describeService(spec.cluster, spec.service)]);
  // Its failure shows where it is waited for.
  looked.catch(() => {});
  return looked;
}

/** Brings the service to the image its policy chooses, if it is not there yet. Under the service's lease. */
export async function deployService(
  deps: DeployDeps,
  occasion: Occasion,
  looked = lookAhead(deps, occasion.spec),
): Promise<void> {
  const { spec, pointer } = occasion;
  const [[chosen, service], pending] = await Promise.all([looked, pendingOf(deps, pointer.pending)]);
  const decision = decideDeployment({ wanted: spec.image, chosen, pointer, pending, mode: spec.mode });
  await carryOut(deps, occasion, decision, service);
  if (pending && decision.kind === 'roll') await supersede(deps, pending, decision.image);
}

async function carryOut(
  deps: DeployDeps,
  occasion: Occasion,
  decision: DeployDecision,
  service: EcsService | undefined,
): Promise<void> {
  switch (decision.kind) {
    case 'nothing':
      return deps.log.debug(`${occasion.spec.name}: nothing to deploy: ${decision.why}`);
    case 'resume':
      return advance(deps, decision.deployment.id);
    case 'abandon':
      return failPending(deps, decision.deployment.id, decision);
    case 'quarantined':
      return skip(deps, occasion, decision);
    case 'roll':
      return beginDeployment(deps, occasion, decision, service);
    default:
      return decision satisfies never;
  }
}
