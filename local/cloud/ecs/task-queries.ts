import type * as model from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { ecsArns, nameOf } from './arns.ts';
import { findCluster, refuseToken } from './clusters.ts';
import type { Input } from './inputs.ts';
import type { EcsState, KnownTask, TaskRecord } from './state.ts';
import type { Tasks } from './tasks.ts';

/** Stopped tasks can be described for an hour. */
const STOPPED_KEPT_MS = 3_600_000;

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** A task as it is now, a copy. */
export function taskView(state: EcsState, { task }: TaskRecord, withTags: boolean): KnownTask {
  return structuredClone({ ...task, tags: withTags ? (state.tags.get(task.taskArn) ?? []) : [] });
}

function filterBy(input: Input<'ListTasks'>): (record: TaskRecord) => boolean {
  const { family, serviceName, startedBy, launchType, desiredStatus = 'RUNNING' } = input;
  if (startedBy !== undefined && (family ?? serviceName ?? launchType ?? input.desiredStatus) !== undefined)
    refuse('The startedBy filter cannot be used together with other filters.');
  return ({ task, definition, service }) =>
    task.desiredStatus === desiredStatus &&
    (family === undefined || definition.family === family) &&
    (serviceName === undefined || service?.name === nameOf(serviceName)) &&
    (launchType === undefined || task.launchType === launchType) &&
    (startedBy === undefined || task.startedBy === startedBy);
}

export function taskOperations(state: EcsState, tasks: Tasks, place: Place, clock: Clock) {
  const arns = ecsArns(place);

  function forget(): void {
    const limit = clock.now() - STOPPED_KEPT_MS;
    for (const record of state.stopped) {
      if ((record.task.stoppedAt?.getTime() ?? 0) > limit) return;
      state.stopped.delete(record);
      state.tasks.delete(record.task.taskArn);
      state.tags.delete(record.task.taskArn);
    }
  }

  const known = (record: TaskRecord | undefined): TaskRecord[] =>
    record && record.knownFromMs <= clock.now() ? [record] : [];

  function arnOf(cluster: string, reference: string): string {
    const named = /:task\/([^/]+)\/[^/]+$/.exec(reference)?.[1];
    if (named !== undefined && named !== cluster)
      refuse(`Identifier is for cluster ${named}. Your cluster is ${cluster}`);
    return arns.task(cluster, nameOf(reference));
  }

  return {
    DescribeTasks: ({ cluster: reference, tasks: references, include }) => {
      const cluster = findCluster(state, reference);
      if (references.length === 0) refuse('Tasks cannot be empty.');
      if (references.length > 100) refuse('Tasks can have at most 100 items.');
      forget();
      const asked = references.map((task) => arnOf(cluster, task));
      const found = new Map(asked.flatMap((arn) => known(state.tasks.get(arn)).map((record) => [arn, record])));
      return {
        tasks: [...found.values()].map((record) => taskView(state, record, include?.includes('TAGS') === true)),
        failures: asked.filter((arn) => !found.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    ListTasks: (input) => {
      const cluster = findCluster(state, input.cluster);
      const size = input.maxResults ?? 100;
      if (size < 1 || size > 100) refuse('maxResults must be between 1 and 100.');
      const { serviceName } = input;
      if (serviceName !== undefined && !state.services.has(arns.service(cluster, nameOf(serviceName))))
        throw new AwsError('ServiceNotFoundException', 'Service not found.');
      forget();
      const matches = filterBy(input);
      const found = [...state.tasks.values()].filter(
        (record) => record.cluster === cluster && record.knownFromMs <= clock.now() && matches(record),
      );
      const page = pageOf(found, input.nextToken, size, refuseToken);
      return { taskArns: page.items.map(({ task }) => task.taskArn), nextToken: page.next };
    },
    StopTask: ({ cluster: reference, task, reason }) => {
      const record = state.tasks.get(arnOf(findCluster(state, reference), task));
      if (!record) return refuse('The referenced task was not found.');
      if (reason !== undefined && reason.length > 1024) refuse('reason can have at most 1024 characters.');
      tasks.stop(record, 'UserInitiated', reason ?? 'Task stopped by user');
      return { task: taskView(state, record, true) };
    },
  } satisfies Operations<typeof model>;
}
