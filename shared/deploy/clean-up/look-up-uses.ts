import type { DeploymentId } from '../../core/ids.ts';
import { inParallel } from '../../run/in-parallel.ts';
import type { DeployDeps } from '../connect.ts';
import { targetsOf } from '../targets-of.ts';
import { namedBy, revisionName } from './revisions-of.ts';

type TargetDeps = Pick<DeployDeps, 'pointers' | 'deployments'>;
type LookUpDeps = TargetDeps & Pick<DeployDeps, 'config' | 'users'>;

const width = 10;
const familyOf = (revision: string) => revision.slice(0, revision.lastIndexOf(':'));

/** What a target's pointer leads to: its way back, and what is under way to it. ARNs. */
export async function usesOfTarget(deps: TargetDeps, name: string): Promise<string[]> {
  const { lastSuccessful, pending, inFlight } = await deps.pointers.get(name);
  const ids = [pending, inFlight].filter((id): id is DeploymentId => id !== undefined);
  const records = await Promise.all(ids.map((id) => deps.deployments.get(id)));
  return [
    ...(lastSuccessful ? [lastSuccessful.taskDefinitionArn] : []),
    ...records.flatMap((stored) => (stored ? namedBy(stored.value) : [])),
  ];
}

/**
 * The revisions, by `family:revision`, that anything of this account and region is known to use: services and
 * their rollouts, tasks of these families, rules, schedules, and our own ways back. What else names a revision
 * by its number, such as a state machine or a script, cannot be seen.
 * @throws AwsCallFailed where any of it could not be looked at
 */
export async function lookUpUses(deps: LookUpDeps, revisions: readonly string[]): Promise<ReadonlySet<string>> {
  const { users } = deps;
  const families = new Set(revisions.map(familyOf));
  const clusters = await users.clusters();
  const buses = await users.buses();
  const inCluster = async (cluster: string) => {
    const found = [await users.ofServices(cluster)];
    for (const family of families) found.push(await users.ofTasks(cluster, family));
    for (const bus of buses) found.push(await users.ofRules(bus, cluster));
    return found.flat();
  };
  const found = [
    ...(await inParallel(clusters, 1, inCluster)),
    await users.ofSchedules(),
    ...(await inParallel(targetsOf(deps.config), width, ({ name }) => usesOfTarget(deps, name))),
  ];
  return new Set(found.flat().map(revisionName));
}
