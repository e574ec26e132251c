import type { TargetConfig } from '../config/config.ts';
import type { WantedVisit } from '../events/ours.ts';
import { chosenNow } from './chosen-now.ts';
import { sweepCleanUp } from './clean-up/sweep-clean-up.ts';
import type { DeployDeps } from './connect.ts';
import { decideDeployment } from './decide-deployment.ts';
import { sweepDrift } from './drift/sweep-drift.ts';
import { forEachInTurn } from './each.ts';
import { noteTails, type TailDeps } from './log-tail.ts';
import { isSettled } from './settle-pointer.ts';
import { targetsOf } from './targets-of.ts';
import { wantVisits } from './visit-all.ts';

export type SweepDeps = Pick<DeployDeps, 'config' | 'ecr' | 'deployments' | 'pointers' | 'bus' | 'log' | 'now'> & {
  ecs: Pick<DeployDeps['ecs'], 'describeServices'>;
};

/**
 * What no event brought: every unfinished deployment is carried on, and every service is compared
 * with what ECR holds and, in slices, with what ECS runs. Costs one look-up per service, one DescribeImages
 * per repository (and exact tag), and a DescribeServices per hundred services; only looks, and asks for a
 * visit where something is to be done.
 */
export async function sweepDeployments(deps: SweepDeps & TailDeps): Promise<void> {
  const wanted: WantedVisit[] = [];
  const look = [findUnfinished, findMissedPushes, sweepDrift, sweepCleanUp];
  const parts = look.map((part) => () => part(deps, wanted));
  // What was found is asked for, whatever failed meanwhile.
  await forEachInTurn([() => forEachInTurn(parts, (part) => part()), () => wantVisits(deps, wanted)], (step) => step());
}

async function dueNow({ deployments, now }: SweepDeps): Promise<string[]> {
  const due: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deployments.duePage(now(), cursor ? { cursor } : {});
    due.push(...page.ids);
    cursor = page.next;
  } while (cursor);
  return due;
}

async function findUnfinished(deps: SweepDeps & TailDeps, wanted: WantedVisit[]): Promise<void> {
  await forEachInTurn(await dueNow(deps), async (id) => {
    await deps.deployments.flush(id);
    const deployment = (await deps.deployments.get(id))?.value;
    if (!deployment || deployment.finishedAt !== undefined) return;
    await noteTails(deps, deployment);
    const { service, state, trigger } = deployment;
    const isByImage = trigger.kind === 'push' || trigger.kind === 'sweep';
    const deploy = state === 'preparing' && isByImage ? { deploy: trigger.kind } : {};
    wanted.push({ service, follow: true, ...deploy, deployment: deployment.id });
  });
}

async function findMissedPushes(deps: SweepDeps, wanted: WantedVisit[]): Promise<void> {
  const ecr = rememberingEcr(deps.ecr);
  const known = new Set(wanted.filter(({ deploy }) => deploy).map(({ service }) => service));
  await forEachInTurn(targetsOf(deps.config), async (spec) => {
    if (!known.has(spec.name) && (await wantsVisit(deps, ecr, spec)))
      wanted.push({ service: spec.name, deploy: 'sweep' });
  });
}

/** What is seen here may be old by the time of the visit, which looks again before it acts. */
async function wantsVisit(deps: SweepDeps, ecr: DeployDeps['ecr'], spec: TargetConfig): Promise<boolean> {
  const chosen = await chosenNow({ ecr }, spec);
  const pointer = await deps.pointers.get(spec.name);
  if (!(await isSettled(deps, pointer))) return true;
  const facts = { wanted: spec.image, chosen, pointer, pending: undefined, mode: spec.mode };
  const { kind } = decideDeployment(facts);
  return kind === 'roll' || (kind === 'quarantined' && pointer.pending !== undefined);
}

/** Asks for each repository once. */
function rememberingEcr(ecr: DeployDeps['ecr']): DeployDeps['ecr'] {
  const known = new Map<string, ReturnType<DeployDeps['ecr']['images']>>();
  return {
    ...ecr,
    images(from, tag) {
      const key = JSON.stringify([from.registry, from.repository, tag]);
      const asked = known.get(key) ?? ecr.images(from, tag);
      known.set(key, asked);
      return asked;
    },
  };
}
