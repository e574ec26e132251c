import type { Platform } from '../../aws/image-manifest.ts';
import type { ImageScan } from '../../aws/image-scan.ts';
import type { ServiceConfig, TargetConfig } from '../../config/config.ts';
import { AwsCallFailed } from '../../core/errors.ts';
import type { DeployDeps, LookDeps } from '../connect.ts';
import { wantedPlatform } from '../decide-check.ts';
import type { AnyDeployment } from '../deployment.ts';
import type { RawTaskDefinition } from '../revision.ts';

/** What is known of the scan that a deployment waits for. */
export interface LookedAtScan {
  /** The digest that is scanned. */
  of: string;
  /** `unknown`: AWS does not let us look, or the index has no image for the tasks. */
  scan: ImageScan | { kind: 'unknown'; why: string };
}

export type ScanDeps = LookDeps & Pick<DeployDeps, 'scans' | 'manifests'> & Partial<Pick<DeployDeps, 'scanNotes'>>;

/**
 * One call, as a rule. No scanning looks at an image index: of one, the image for the tasks' platform
 * is found at the first look, and its digest remembered with the hold.
 */
export async function lookAtScan(
  deps: ScanDeps,
  deployment: AnyDeployment,
  seen: RawTaskDefinition | undefined,
): Promise<LookedAtScan> {
  const known = deployment.holds.find(({ kind }) => kind === 'scan')?.of;
  const of = known ?? deployment.image.digest;
  try {
    const scan = await deps.scans.scan({ ...deployment.image, digest: of });
    const mayBeIndex = known === undefined && (scan.kind === 'none' || scan.kind === 'unscannable');
    const looked = mayBeIndex ? await lookInside(deps, deployment, { of, scan }, seen) : { of, scan };
    return await withNotes(deps, deployment, looked);
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || error.retryable) throw error;
    return { of, scan: { kind: 'unknown', why: `it cannot be looked up: ${error.message}` } };
  }
}

/** Where ECR says done and shows nothing, its event has said what was found. */
async function withNotes(
  { scanNotes }: ScanDeps,
  { image }: Pick<AnyDeployment, 'image'>,
  looked: LookedAtScan,
): Promise<LookedAtScan> {
  if (looked.scan.kind !== 'blank') return looked;
  const counts = await scanNotes?.get(image.repository, looked.of);
  return counts ? { ...looked, scan: { kind: 'scanned', counts, findings: [] } } : looked;
}

async function lookInside(
  deps: ScanDeps,
  deployment: AnyDeployment,
  outside: LookedAtScan,
  seen: RawTaskDefinition | undefined,
): Promise<LookedAtScan> {
  const { image } = deployment;
  const manifest = await deps.manifests.manifest(image);
  if (manifest === undefined) return { ...outside, scan: { kind: 'gone' } };
  if (manifest.kind === 'image') return outside;
  const wanted = wantedPlatform(seen ?? (await liveDefinition(deps, deployment)));
  const child = childFor(manifest.platforms, wanted);
  if (child) return { of: child.digest, scan: await deps.scans.scan({ ...image, digest: child.digest }) };
  const platform = wanted ? `${wanted.os}/${wanted.architecture}` : 'any platform';
  return { ...outside, scan: { kind: 'unknown', why: `the index holds no image for ${platform}` } };
}

const isService = (spec: TargetConfig): spec is ServiceConfig => 'service' in spec;

async function liveDefinition({ ecs }: ScanDeps, { spec }: AnyDeployment): Promise<RawTaskDefinition> {
  // Who asks for a scheduled task has seen its definition.
  if (!isService(spec)) return {};
  const service = await ecs.describeService(spec.cluster, spec.service);
  return service ? (await ecs.describeTaskDefinition(service.taskDefinitionArn)).definition : {};
}

/** Where only the container instance says what it is, the usual platform if there is one. */
function childFor<Child extends Platform>(children: readonly Child[], wanted: Platform | undefined): Child | undefined {
  const { os, architecture } = wanted ?? { os: 'linux', architecture: 'amd64' };
  const child = children.find((built) => built.os === os && built.architecture === architecture);
  return child ?? (wanted ? undefined : children[0]);
}
