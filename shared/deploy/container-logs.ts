import { fields, list, text } from '../events/parse.ts';
import type { ContainerLog } from './deployment.ts';
import type { RawTaskDefinition } from './revision.ts';

const mostContainers = 20;

function logOf(container: Readonly<Record<string, unknown>>): ContainerLog | undefined {
  const { logDriver, options } = fields(container.logConfiguration);
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix, 'awslogs-region': region } = fields(options);
  const name = text(container.name);
  if (logDriver !== 'awslogs' || !name || !text(group)) return undefined;
  return {
    container: name,
    group: text(group) ?? '',
    ...(text(prefix) ? { prefix: text(prefix) ?? '' } : {}),
    ...(text(region) ? { region: text(region) ?? '' } : {}),
  };
}

/** Where the containers of a task definition log to, of those with the driver awslogs. */
export const containerLogs = (definition: RawTaskDefinition): ContainerLog[] =>
  list(definition.containerDefinitions)
    .flatMap((container) => logOf(fields(container)) ?? [])
    .slice(0, mostContainers);
