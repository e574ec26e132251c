import type { DeployDeps } from '../connect.ts';
import type { AnyDeployment } from '../deployment.ts';
import type { RawTaskDefinition } from '../revision.ts';
import { decideHold, type HoldDecision, isRestored } from './decide-hold.ts';
import { lookAtScan, type ScanDeps } from './look-at-scan.ts';

/** What looking at holds needs: as little as possible, as the API does it too, for plans. Without `scans` a scan is taken as not done. */
export type HoldDeps = Pick<DeployDeps, 'pauses' | 'now'> & Partial<ScanDeps>;

/** Whether a deployment may begin now, by what the table and AWS say. `seen`: the live task definition, if it was read. */
export async function lookAtHolds(
  deps: HoldDeps,
  deployment: AnyDeployment,
  seen?: { definition: RawTaskDefinition },
): Promise<HoldDecision> {
  const { goBack, override, approval, service, spec } = deployment;
  const now = deps.now();
  const isFree = goBack !== undefined || override !== undefined || approval?.verdict === 'rejected';
  if (isFree) return decideHold({ deployment, pause: undefined, now });
  const { scans, manifests, ecs, scanNotes } = deps;
  const canLook = spec.hold.scan && !isRestored(deployment) && scans && manifests && ecs;
  const [pause, scan] = await Promise.all([
    deps.pauses.get(service),
    canLook
      ? lookAtScan({ scans, manifests, ecs, ...(scanNotes ? { scanNotes } : {}) }, deployment, seen?.definition)
      : undefined,
  ]);
  return decideHold({ deployment, pause, scan, now });
}
