import type * as model from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { AwsError, type Operations } from '../service.ts';
import { capacityProviderOf } from './capacity.ts';
import { parametersOf, tokenMemory } from './client-tokens.ts';
import { findCluster, providersOf } from './clusters.ts';
import type { Input } from './inputs.ts';
import { checkLaunch, launchTypeOf } from './launch-checks.ts';
import type { EcsState, KnownDefinition, TaskRecord } from './state.ts';
import { checkTags } from './tags.ts';
import { activeDefinition } from './task-definitions.ts';
import { taskView } from './task-queries.ts';
import type { Tasks } from './tasks.ts';

type RunTask = Input<'RunTask'>;

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

function checkRun(input: RunTask, definition: KnownDefinition, providers: readonly string[]): void {
  const { count = 1, startedBy, group } = input;
  if (count < 1 || count > 10) refuse('count should be between 1 and 10');
  if (startedBy !== undefined && !/^[a-zA-Z0-9\-_/]{0,128}$/.test(startedBy))
    refuse('startedBy must be up to 128 letters, numbers, hyphens, forward slashes and underscores');
  if (group?.startsWith('service:')) refuse("The task group name 'service:' is reserved for services");
  if (input.clientToken !== undefined && !/^[!-~]{1,64}$/.test(input.clientToken))
    refuse('clientToken must be 1 to 64 ASCII characters between 33 and 126');
  if (JSON.stringify(input.overrides ?? {}).length > 8192) refuse('Container Overrides length must be at most 8192');
  const names = definition.containerDefinitions.map(({ name }) => name);
  for (const { name } of input.overrides?.containerOverrides ?? [])
    if (!names.includes(name)) refuse(`Override for container named ${name} is not a container in the TaskDefinition.`);
  checkLaunch(input, definition, providers);
}

export function runTaskOperation(state: EcsState, tasks: Tasks, clock: Clock) {
  const tokens = tokenMemory(clock);

  function launch(
    input: RunTask,
    cluster: string,
    definition: KnownDefinition,
    placed: Map<string, number>,
  ): TaskRecord {
    const capacityProvider = capacityProviderOf(input.capacityProviderStrategy, placed);
    if (capacityProvider) placed.set(capacityProvider, (placed.get(capacityProvider) ?? 0) + 1);
    const record = tasks.launch({
      cluster,
      definition,
      overrides: input.overrides as Parameters<Tasks['launch']>[0]['overrides'],
      group: input.group ?? `family:${definition.family}`,
      startedBy: input.startedBy,
      launchType: launchTypeOf(input),
      capacityProvider,
      subnet: input.networkConfiguration?.awsvpcConfiguration?.subnets[0] ?? '',
      service: undefined,
      images: new Map(),
      enableExecuteCommand: input.enableExecuteCommand ?? false,
    });
    const inherited =
      input.propagateTags === 'TASK_DEFINITION' ? state.tags.get(definition.taskDefinitionArn) : undefined;
    const own = input.tags ?? [];
    state.tags.set(record.task.taskArn, [
      ...(inherited ?? []).filter(({ key }) => !own.some((tag) => tag.key === key)),
      ...own,
    ]);
    return record;
  }

  return {
    RunTask: (input) => {
      const cluster = findCluster(state, input.cluster);
      const key = `${cluster} ${input.clientToken}`;
      const parameters = parametersOf(input);
      const before = input.clientToken === undefined ? undefined : tokens.recall(key, parameters);
      if (before) return { tasks: before.map((record) => taskView(state, record, true)), failures: [] };
      // Its own code, unlike UpdateService's: seen in DefangLabs/defang#775.
      const definition = activeDefinition(state, input.taskDefinition, 'InvalidParameterException');
      checkRun(input, definition, providersOf(state, cluster));
      checkTags(input.tags);
      const placed = new Map<string, number>();
      const started = Array.from({ length: input.count ?? 1 }, () => launch(input, cluster, definition, placed));
      if (input.clientToken !== undefined) tokens.keep(key, parameters, started);
      return { tasks: started.map((record) => taskView(state, record, true)), failures: [] };
    },
  } satisfies Operations<typeof model>;
}
