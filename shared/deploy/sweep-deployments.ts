import type { ServiceConfig } from '../config/config.ts';
import type { DeployDeps } from './connect.ts';
import { decideDeployment } from './decide-deployment.ts';
import { chosenNow } from './deploy-service.ts';
import { forEachInTurn } from './each.ts';
import { isSettled } from './settle-pointer.ts';
import { visitService } from './visit-service.ts';

/**
 * What no event brought: every unfinished deployment is carried on, and every service is compared
 * with what ECR holds. Costs one look-up per service and one DescribeImages per repository (and exact
 * tag); a service is visited only if something is to be done.
 */
export async function sweepDeployments(deps: DeployDeps): Promise<void> {
  const due = await dueNow(deps);
  const parts = [() => forEachInTurn(due, (id) => carryOn(deps, id)), () => findMissedPushes(deps)];
  await forEachInTurn(parts, (part) => part());
}

async function dueNow({ deployments, now }: DeployDeps): Promise<string[]> {
  const due: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deployments.duePage(now(), cursor ? { cursor } : {});
    due.push(...page.ids);
    cursor = page.next;
  } while (cursor);
  return due;
}

async function carryOn(deps: DeployDeps, id: string): Promise<void> {
  await deps.deployments.flush(id);
  const deployment = (await deps.deployments.get(id))?.value;
  if (!deployment || deployment.finishedAt !== undefined) return;
  const deploy = deployment.state === 'preparing' ? { trigger: deployment.trigger } : undefined;
  await visitService(deps, deployment.spec, { follow: true, deploy, unfinished: deployment.id });
}

async function findMissedPushes(deps: DeployDeps): Promise<void> {
  const ecr = rememberingEcr(deps.ecr);
  await forEachInTurn(Object.values(deps.config.services), async (spec) => {
    if (await wantsVisit(deps, ecr, spec))
      await visitService(deps, spec, { follow: false, deploy: { trigger: { kind: 'sweep' } } });
  });
}

/** What is seen here may be old by the time of the visit, which looks again before it acts. */
async function wantsVisit(deps: DeployDeps, ecr: DeployDeps['ecr'], spec: ServiceConfig): Promise<boolean> {
  const chosen = await chosenNow({ ecr }, spec);
  const pointer = await deps.pointers.get(spec.name);
  if (!(await isSettled(deps, pointer))) return true;
  const { repository, tags: policy } = spec.image;
  return decideDeployment({ policy, repository, chosen, pointer, pending: undefined }).kind === 'roll';
}

/** Asks for each repository once. */
function rememberingEcr(ecr: DeployDeps['ecr']): DeployDeps['ecr'] {
  const known = new Map<string, ReturnType<DeployDeps['ecr']['images']>>();
  return {
    images(repository, tag) {
      const key = JSON.stringify([repository, tag]);
      const asked = known.get(key) ?? ecr.images(repository, tag);
      known.set(key, asked);
      return asked;
    },
  };
}
