import type * as model from '@aws-sdk/client-ecs';
import type { Failure } from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import type { Operations, Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import { capacityProviderOf, UNAVAILABLE, withDefaultStrategy } from './capacity.ts';
import { parametersOf, tokenMemory } from './client-tokens.ts';
import { findCluster, providersOf } from './clusters.ts';
import type { Input } from './inputs.ts';
import { launchTypeOf } from './launch-checks.ts';
import { checkRunTask, overridesOf } from './run-task-checks.ts';
import type { EcsState, KnownDefinition, TaskRecord } from './state.ts';
import { checkTags } from './tags.ts';
import { activeDefinition } from './task-definitions.ts';
import { taskView } from './task-queries.ts';
import type { Launch } from './task-record.ts';
import type { Tasks } from './tasks.ts';

type RunTask = Input<'RunTask'>;
/** What the call does not say itself. */
type Decided = 'cluster' | 'definition' | 'capacityProvider';

/** What became of one of the tasks that a call asked for. */
type Placed = { task: TaskRecord } | { failure: Failure };

export function runTaskOperation(state: EcsState, tasks: Tasks, place: Place, clock: Clock) {
  const tokens = tokenMemory(clock);

  function launch(input: RunTask, { cluster, definition, capacityProvider }: Pick<Launch, Decided>): TaskRecord {
    const record = tasks.launch({
      cluster,
      definition,
      overrides: overridesOf(input),
      group: input.group ?? `family:${definition.family}`,
      startedBy: input.startedBy,
      launchType: launchTypeOf(input),
      platformVersion: input.platformVersion === 'LATEST' ? undefined : input.platformVersion,
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

  /** Fargate names no resource that failed; on instances it is the instance. */
  function failureOn(cluster: string, capacity: string, onInstances: boolean): Failure | undefined {
    const reason = state.withheld.get(capacity);
    if (reason === undefined) return undefined;
    return onInstances ? { arn: ecsArns(place).containerInstance(cluster), reason } : { reason: UNAVAILABLE };
  }

  /** Each task goes where the strategy says, or nowhere: ECS does not fall back to another provider. */
  function placeAll(input: RunTask, cluster: string, definition: KnownDefinition): Placed[] {
    const placed = new Map<string, number>();
    const launchType = launchTypeOf(input);
    return Array.from({ length: input.count ?? 1 }, () => {
      const capacityProvider = capacityProviderOf(input.capacityProviderStrategy, placed);
      if (capacityProvider) placed.set(capacityProvider, (placed.get(capacityProvider) ?? 0) + 1);
      const failure = failureOn(cluster, capacityProvider ?? launchType, launchType === 'EC2');
      return failure ? { failure } : { task: launch(input, { cluster, definition, capacityProvider }) };
    });
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
      const asked = withDefaultStrategy(input, state.clusters.get(cluster)?.defaultCapacityProviderStrategy);
      checkRunTask(asked, definition, providersOf(state, cluster));
      checkTags(input.tags);
      const all = placeAll(asked, cluster, definition);
      const started = all.flatMap((one) => ('task' in one ? one.task : []));
      const failures = all.flatMap((one) => ('failure' in one ? one.failure : []));
      // A token that started nothing may be used again: not documented, and the kinder of two guesses.
      if (input.clientToken !== undefined && started.length > 0) tokens.keep(key, parameters, started);
      const misreport = state.trouble.misreports.shift();
      if (misreport !== undefined) return { tasks: [], failures: all.map(() => ({ reason: misreport })) };
      return { tasks: started.map((record) => taskView(state, record, true)), failures };
    },
  } satisfies Operations<typeof model>;
}
