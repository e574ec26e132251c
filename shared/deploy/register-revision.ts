import { fields, text } from '../events/parse.ts';
import type { DeployDeps } from './connect.ts';
import { containerLogs } from './container-logs.ts';
import type { ContainerLog, Deployment } from './deployment.ts';
import { nextRevision, type RawTaskDefinition } from './revision.ts';
import { usableRevision } from './rollback/usable-revision.ts';

interface Live {
  definition: RawTaskDefinition;
  tags: readonly RawTaskDefinition[];
}

export interface Registered {
  taskDefinitionArn: string;
  logs: readonly ContainerLog[];
}

/** The revision that the service is to run: a new one, or for a rollback by hand the one gone back to, or its copy. */
export async function revisionFor(
  deps: DeployDeps,
  deployment: Deployment,
  live: Live,
  isRepeat: boolean,
): Promise<Registered | { problem: string }> {
  if (!deployment.goBack) return registerRevision(deps, deployment, live, isRepeat);
  const { taskDefinitionArn, definition } = await usableRevision(
    deps,
    deployment.goBack.taskDefinitionArn,
    deployment.id,
  );
  return { taskDefinitionArn, logs: containerLogs(definition) };
}

/**
 * Registers the deployment's revision. On a repeat, the family's latest revision is looked at first:
 * one that carries the deployment's tag was registered by the invocation that died.
 */
async function registerRevision(
  deps: DeployDeps,
  { id, image, spec }: Deployment,
  { definition, tags }: Live,
  isRepeat: boolean,
): Promise<Registered | { problem: string }> {
  const target = { registry: image.registry ?? deps.registry, repository: image.repository, container: spec.container };
  const next = nextRevision(definition, tags, image, target, id);
  if ('problem' in next) return next;
  const orphan = isRepeat ? await findOrphan(deps, text(definition.family) ?? '', id) : undefined;
  const taskDefinitionArn = orphan ?? (await deps.ecs.registerTaskDefinition(next.body));
  return { taskDefinitionArn, logs: containerLogs(next.body) };
}

async function findOrphan(deps: DeployDeps, family: string, id: string): Promise<string | undefined> {
  const latest = await deps.ecs.describeTaskDefinition(family);
  const isOurs = latest.tags.map(fields).some(({ key, value }) => key === 'batuta:deployment' && value === id);
  return isOurs ? text(latest.definition.taskDefinitionArn) : undefined;
}
