import type { EcsService } from '../aws/ecs-services.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { DeploymentId } from '../core/ids.ts';
import { applyFollow } from './apply-follow.ts';
import type { DeployDeps } from './connect.ts';
import { decideFollow } from './decide-follow.ts';
import { type Deployment, isFollowed } from './deployment.ts';
import { gatherEvidence, lacksEvidence } from './evidence.ts';
import { type JobsProgress, runJobs } from './jobs.ts';
import { putBack } from './rollback/put-back.ts';

/** Looks at the service and carries the deployment on as far as it goes now. Under the service's lease. */
export async function followRollout(
  deps: DeployDeps,
  id: DeploymentId,
  bySweep: boolean,
): Promise<Deployment | undefined> {
  const stored = await deps.deployments.get(id);
  if (!stored || !isFollowed(stored.value)) return stored?.value;
  const { cluster, service } = stored.value.spec;
  const seen = await deps.ecs.describeService(cluster, service);
  if (lacksEvidence(stored.value, seen, bySweep)) await gatherEvidence(deps, stored.value);
  return carryOn(deps, id, seen);
}

async function carryOn(
  deps: DeployDeps,
  id: DeploymentId,
  service: EcsService | undefined,
  hasPutBack = false,
): Promise<Deployment | undefined> {
  const after = await verified(deps, id, service);
  const written = await deps.deployments.update(id, (deployment) => {
    const now = deps.now();
    return applyFollow(deployment, decideFollow(deployment, { service, after, now }), now);
  });
  if (!written || !isFollowed(written.value)) return written?.value;
  const next = decideFollow(written.value, { service, now: deps.now() });
  if (written.value.state === 'verifying' && !after) return carryOn(deps, id, service, hasPutBack);
  if (next.kind === 'put-back') return hasPutBack ? written.value : goBack(deps, written.value, next.to);
  // Entering rolling-back by the circuit breaker may already be its end.
  return next.kind === 'wait' ? written.value : carryOn(deps, id, service, hasPutBack);
}

/** In `verifying`: carries the jobs after it on, and notes their runs. */
async function verified(
  deps: DeployDeps,
  id: DeploymentId,
  service: EcsService | undefined,
): Promise<JobsProgress | undefined> {
  const deployment = (await deps.deployments.get(id))?.value;
  if (deployment?.state !== 'verifying' || !service) return undefined;
  const jobs = await runJobs(deps, deployment, 'after', service);
  if (jobs.runs.length !== deployment.runs.after.length)
    await deps.deployments.update(id, (current) => ({ ...current, runs: { ...current.runs, after: jobs.runs } }));
  return jobs;
}

/** What ECS refuses for good ends the rollback; the service is left to people. */
async function goBack(deps: DeployDeps, deployment: Deployment, to: string): Promise<Deployment | undefined> {
  try {
    const service = await putBack(deps, deployment, to);
    return await carryOn(deps, deployment.id, service, true);
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || error.retryable || !isOfRollback(error)) throw error;
    return rollbackRefused(deps, deployment, error);
  }
}

// A refusal by the table or the bus is no verdict on the rollback, and without DescribeServices nothing is known.
const isOfRollback = ({ operation }: AwsCallFailed) =>
  /TaskDefinition|Service/.test(operation) && operation !== 'DescribeServices';

async function rollbackRefused(deps: DeployDeps, deployment: Deployment, error: AwsCallFailed) {
  const reason = `${deployment.outcome?.reason ?? 'failed'}; the rollback was refused: ${error.message}`;
  const decision = { kind: 'failed', reason, hint: 'put the service back by hand' } as const;
  const written = await deps.deployments.update(deployment.id, (current) =>
    isFollowed(current) ? applyFollow(current, decision, deps.now()) : undefined,
  );
  return written?.value;
}
