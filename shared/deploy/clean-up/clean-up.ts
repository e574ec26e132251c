import type { TargetConfig } from '../../config/config.ts';
import { AwsCallFailed } from '../../core/errors.ts';
import { fields } from '../../events/parse.ts';
import type { DeployDeps } from '../connect.ts';
import { isRefusedForNow } from '../patience.ts';
import { decideCleanUp, later } from './decide-clean-up.ts';
import { lookUpUses, usesOfTarget } from './look-up-uses.ts';
import { revisionName } from './revisions-of.ts';

/** Of the bucket's burst of 20, which registrations need. */
const mostAtOnce = 3;

/** What anything uses, or why that is not known: then nothing is deregistered. */
export type Uses = { kind: 'known'; used: ReadonlySet<string> } | { kind: 'unknown'; error: unknown };

/** What is used of all that these targets registered; looked up once for all of them. */
export async function usesFor(deps: DeployDeps, targets: readonly string[]): Promise<Uses> {
  try {
    const pointers = await Promise.all(targets.map((name) => deps.pointers.get(name)));
    const revisions = pointers.flatMap((pointer) => pointer.revisions ?? []);
    return { kind: 'known', used: await lookUpUses(deps, revisions) };
  } catch (error) {
    return { kind: 'unknown', error };
  }
}

/**
 * Deregisters the oldest revisions that we registered for a target beyond those it keeps, a few at a time.
 * Under the target's lease; safe to repeat at any line.
 */
export async function cleanUp(deps: DeployDeps, { name, keepRevisions }: TargetConfig, uses: Uses): Promise<void> {
  if (uses.kind === 'unknown') {
    if (isRefusedForNow(uses.error)) return deps.log.info(`${name}: what revisions are used is looked at later`);
    await deps.pointers.change(name, (pointer) => later(pointer, deps.now()));
    throw uses.error;
  }
  // A rollback by hand may have begun since the look-up.
  const used = new Set([...uses.used, ...(await usesOfTarget(deps, name)).map(revisionName)]);
  const { revisions = [] } = await deps.pointers.get(name);
  const { go, isLast } = decideCleanUp({ revisions, keep: keepRevisions, used, most: mostAtOnce });
  const gone = new Set<string>();
  for (const revision of go) {
    if (!(await deregister(deps, revision))) break;
    gone.add(revision);
  }
  await deps.pointers.change(name, (pointer) => {
    const left = { ...pointer, revisions: (pointer.revisions ?? []).filter((revision) => !gone.has(revision)) };
    return isLast && gone.size === go.length ? later(left, deps.now()) : left;
  });
  if (gone.size > 0) deps.log.info(`${name}: deregistered ${[...gone].join(', ')}`);
}

/** False where AWS has no room for it now. One that is gone, or has lost our tag, is somebody else's by now. */
async function deregister(deps: DeployDeps, revision: string): Promise<boolean> {
  try {
    if (await isOurs(deps, revision)) await deps.users.deregister(revision);
    return true;
  } catch (error) {
    if (isRefusedForNow(error)) return false;
    throw error;
  }
}

async function isOurs({ ecs }: DeployDeps, revision: string): Promise<boolean> {
  try {
    const { definition, tags } = await ecs.describeTaskDefinition(revision);
    const isTagged = tags.map(fields).some(({ key }) => key === 'batuta:deployment');
    return definition.status === 'ACTIVE' && isTagged;
  } catch (error) {
    // "Unable to describe task definition": deleted.
    if (error instanceof AwsCallFailed && error.code === 'ClientException' && !error.retryable) return false;
    throw error;
  }
}
