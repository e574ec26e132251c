import { AwsCallFailed } from '../../core/errors.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { fields, text } from '../../events/parse.ts';
import type { DeployDeps } from '../connect.ts';
import { type RawTaskDefinition, registrable } from '../revision.ts';

const ours = 'batuta:rollback';

export interface UsableRevision {
  taskDefinitionArn: string;
  definition: RawTaskDefinition;
}

/**
 * A revision that ECS lets services use: the given one, or, where somebody deregistered it, a copy of it with
 * its tags. A second call for the same deployment finds the copy that the first one made.
 */
export async function usableRevision(
  deps: Pick<DeployDeps, 'ecs'>,
  taskDefinitionArn: string,
  id: DeploymentId,
): Promise<UsableRevision> {
  const { definition, tags } = await deps.ecs.describeTaskDefinition(taskDefinitionArn);
  if (definition.status === 'ACTIVE') return { taskDefinitionArn, definition };
  const known = await copyOf(deps, text(definition.family) ?? '', id);
  if (known) return known;
  // AWS puts aws:… tags on what CloudFormation makes and refuses them from anybody else.
  const kept = tags.filter(({ key }) => key !== ours && !String(key).startsWith('aws:'));
  const body = { ...registrable(definition), tags: [...kept, { key: ours, value: id }] };
  return { taskDefinitionArn: await deps.ecs.registerTaskDefinition(body), definition };
}

async function copyOf(
  { ecs }: Pick<DeployDeps, 'ecs'>,
  family: string,
  id: DeploymentId,
): Promise<UsableRevision | undefined> {
  try {
    const { definition, tags } = await ecs.describeTaskDefinition(family);
    const isOurs = tags.map(fields).some(({ key, value }) => key === ours && value === id);
    return isOurs ? { taskDefinitionArn: text(definition.taskDefinitionArn) ?? '', definition } : undefined;
  } catch (error) {
    // A family without an ACTIVE revision has no latest one.
    if (error instanceof AwsCallFailed && error.code === 'ClientException') return undefined;
    throw error;
  }
}
