import type { ScannedImage } from '../events/image-scan.ts';
import type { DeployDeps } from './connect.ts';
import { targetsOf } from './targets-of.ts';
import { visitAll } from './visit-all.ts';

/**
 * Has every service that waits for scans of this repository look again. Not only those known to wait
 * for this digest: the scan may end while the push is still being looked at, and of an index the event
 * names one of its images.
 */
export async function visitOnScan(scanned: ScannedImage, deps: DeployDeps, remainingMs: () => number): Promise<void> {
  const { account, region, repository, digest } = scanned;
  const waiting = targetsOf(deps.config).filter(
    ({ hold, image }) =>
      hold.scan &&
      image.repository === repository &&
      (image.registry ?? deps.registry).startsWith(`${account}.dkr.ecr.${region}.`),
  );
  if (waiting.length === 0) return deps.log.debug(`no service waits for scans of ${repository} (${digest})`);
  await deps.scanNotes.note(scanned);
  await visitAll(
    deps,
    waiting.map(({ name }) => ({ service: name, follow: true })),
    remainingMs,
  );
}
