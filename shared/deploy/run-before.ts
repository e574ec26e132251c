import { terminalRunStates } from '../run/run.ts';
import type { NotYet } from './apply-hold.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { runJobs } from './jobs.ts';
import type { Target } from './target.ts';

/**
 * Carries the jobs before a deployment on; undefined once they have passed. A job that an earlier deployment of
 * the service began is waited for, though a newer push took that one's place: two migrations must not meet.
 */
export async function runBefore(
  deps: DeployDeps,
  deployment: Deployment,
  { service }: Target,
): Promise<NotYet | undefined> {
  if (deployment.spec.before.length === 0) return undefined;
  const earlier = await earlierRun(deps, deployment);
  if (earlier) return { kind: 'before', job: `${earlier} of an earlier deployment`, runs: deployment.runs.before };
  const jobs = await runJobs(deps, deployment, 'before', service);
  switch (jobs.kind) {
    case 'passed':
      return undefined;
    case 'running': {
      const beforeRun = jobs.runs.at(-1)?.run;
      if (beforeRun) await deps.pointers.change(deployment.service, (pointer) => withRun(pointer, beforeRun));
      return { kind: 'before', job: jobs.job, runs: jobs.runs };
    }
    case 'failed':
      return { kind: 'fail', ...jobs.problem };
    default:
      return jobs satisfies never;
  }
}

type Pointer = Awaited<ReturnType<DeployDeps['pointers']['get']>>;

const withRun = (pointer: Pointer, beforeRun: NonNullable<Pointer['beforeRun']>): Pointer =>
  pointer.beforeRun === beforeRun ? pointer : { ...pointer, beforeRun };

async function earlierRun(deps: DeployDeps, { id, service }: Deployment): Promise<string | undefined> {
  const { beforeRun } = await deps.pointers.known(service);
  const run = beforeRun && (await deps.runs.get(beforeRun))?.value;
  if (!run || terminalRunStates.has(run.state)) return undefined;
  const isOurs = run.trigger.kind === 'deployment' && run.trigger.deployment === id;
  return isOurs ? undefined : run.job;
}
