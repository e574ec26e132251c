import type { EcsService } from '../aws/ecs-services.ts';
import type { JobConfig } from '../config/config.ts';
import { requestRun } from '../run/request-run.ts';
import { type Run, terminalRunStates } from '../run/run.ts';
import type { DeployDeps } from './connect.ts';
import type { Problem } from './decide-target.ts';
import type { DeployedImage, Deployment, JobRun } from './deployment.ts';

export type JobsProgress =
  | { kind: 'passed'; runs: readonly JobRun[] }
  | { kind: 'running'; job: string; runs: readonly JobRun[] }
  | { kind: 'failed'; problem: Problem; runs: readonly JobRun[] };

type Phase = 'before' | 'after';

/** `REPOSITORY[:TAG][@DIGEST]` of the own registry, or with the deployed image's registry in front. */
function isOf(image: JobConfig['image'], { registry, repository }: DeployedImage): boolean {
  if (typeof image !== 'string') return image.repository === repository && image.registry === registry;
  return (registry ? image.replace(`${registry}/`, '') : image).split(/[:@]/)[0] === repository;
}

/** The job as it runs for a deployment: with the new image where it is the job's own, and where the service runs. */
function jobFor(job: JobConfig, { image, spec }: Deployment, registry: string, service: EcsService): JobConfig {
  const pinned = `${image.registry ?? registry}/${image.repository}@${image.digest}`;
  return {
    ...job,
    image: isOf(job.image, image) ? pinned : job.image,
    cluster: spec.cluster,
    ...(service.network ? { network: service.network } : {}),
  };
}

/**
 * Carries the jobs of a phase on, one after the other; each is asked for once per deployment, however
 * often this is called. A job that batuta.yml no longer has fails the phase.
 */
export async function runJobs(
  deps: DeployDeps,
  deployment: Deployment,
  phase: Phase,
  service: EcsService,
): Promise<JobsProgress> {
  const runs: JobRun[] = [];
  for (const name of deployment.spec[phase]) {
    const run = await askFor(deps, deployment, phase, name, service);
    if ('problem' in run) return { kind: 'failed', problem: run.problem, runs };
    runs.push({ job: name, run: run.id });
    if (!terminalRunStates.has(run.state)) return { kind: 'running', job: name, runs };
    if (run.state !== 'succeeded') return { kind: 'failed', problem: problemOf(run, phase), runs };
  }
  return { kind: 'passed', runs };
}

async function askFor(
  deps: DeployDeps,
  deployment: Deployment,
  phase: Phase,
  name: string,
  service: EcsService,
): Promise<Run | { problem: Problem }> {
  const job = Object.hasOwn(deps.config.jobs, name) ? deps.config.jobs[name] : undefined;
  if (!job)
    return {
      problem: {
        reason: `the ${phase} job ${name} is not in batuta.yml any more`,
        hint: `add it again, then: batuta deploy ${deployment.service}`,
      },
    };
  const asked = await requestRun(
    {
      job: jobFor(job, deployment, deps.registry, service),
      params: defaultsOf(job),
      trigger: { kind: 'deployment', deployment: deployment.id, service: deployment.service, phase },
    },
    { stores: { runs: deps.runs }, now: deps.now },
  );
  return asked.run;
}

const defaultsOf = ({ params }: JobConfig) =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, param]) => (param.default === undefined ? [] : [[name, param.default]])),
  );

/** The run's own log: where there is one of the service too, "the log" would be taken for that. */
const hintOf = ({ id, outcome }: Run): string =>
  (outcome?.hint ?? 'read the log').replace(/\bread the (?:task's )?log\b/, `read the run's log: batuta logs ${id}`);

const problemOf = (run: Run, phase: Phase): Problem => ({
  reason: `the ${phase} job ${run.job} ${run.state} (${run.id})${run.outcome ? `: ${run.outcome.cause}` : ''}`,
  hint: hintOf(run),
});
