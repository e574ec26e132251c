import type { Task, TaskContainer } from '../aws/task.ts';
import { parseRunId, type RunId, type TaskArn } from '../core/ids.ts';
import { type Instant, toInstant } from '../core/time.ts';
import { fields, ignored, list, number, type Parsed, text } from './parse.ts';

/** A task of a run of ours, told by `startedBy`, or of a service, told by `group`. */
export type TaskStateChange =
  | { kind: 'run-task'; stage: string; runId: RunId; attempt: number; task: Task; complete: boolean }
  | { kind: 'service-task'; service: string; task: Task };

/** Who started a run's task: `batuta/STAGE/RUN/ATTEMPT`, in the characters that ECS allows. */
export const startedByOf = (stage: string, runId: RunId, attempt: number) => `batuta/${stage}/${runId}/${attempt}`;

/** The run behind a task's `startedBy`; undefined for everyone else's. */
export function readStartedBy(startedBy: string | undefined) {
  const [, stage, id, attempt] = /^batuta\/([^/]+)\/([^/]+)\/(\d+)$/.exec(startedBy ?? '') ?? [];
  const runId = id && parseRunId(id);
  return stage && runId ? { stage, runId, attempt: Number(attempt) } : undefined;
}

function instantOf(value: unknown): Instant | undefined {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) ? undefined : toInstant(ms);
}

const defined = (record: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

function containerOf(raw: unknown): TaskContainer {
  const given = fields(raw);
  return {
    name: text(given.name) || 'without a name',
    ...defined({
      image: text(given.image),
      imageDigest: text(given.imageDigest),
      lastStatus: text(given.lastStatus),
      exitCode: number(given.exitCode),
      reason: text(given.reason),
      healthStatus: text(given.healthStatus),
    }),
  };
}

/** `overrides` stays out: it carries environment variables in clear. */
function taskOf(arn: string, detail: Readonly<Record<string, unknown>>): Task {
  return {
    arn: arn as TaskArn,
    id: arn.slice(arn.lastIndexOf('/') + 1),
    clusterArn: text(detail.clusterArn) ?? '',
    taskDefinitionArn: text(detail.taskDefinitionArn) ?? '',
    lastStatus: text(detail.lastStatus) ?? '',
    desiredStatus: text(detail.desiredStatus) ?? '',
    version: number(detail.version) ?? 0,
    containers: list(detail.containers).map(containerOf),
    ...defined({
      group: text(detail.group),
      startedBy: text(detail.startedBy),
      stopCode: text(detail.stopCode),
      stoppedReason: text(detail.stoppedReason),
      createdAt: instantOf(detail.createdAt),
      startedAt: instantOf(detail.startedAt),
      stoppedAt: instantOf(detail.stoppedAt),
    }),
  };
}

/** `ECS Task State Change`; `complete` says whether the event tells all (Spot warnings come without containers). */
export function parseTaskStateChange(raw: unknown): Parsed<TaskStateChange> {
  const event = fields(raw);
  const detail = fields(event.detail);
  const arn = text(detail.taskArn);
  if (event.source !== 'aws.ecs' || event['detail-type'] !== 'ECS Task State Change')
    return ignored(`not a task's state change: ${text(event['detail-type']) ?? 'no detail-type'}`);
  if (!arn?.includes(':task/') || !text(detail.lastStatus))
    return ignored('ECS Task State Change without a taskArn or a lastStatus');
  const task = taskOf(arn, detail);
  const run = readStartedBy(task.startedBy);
  const complete = Array.isArray(detail.containers) && detail.version !== undefined;
  if (run) return { kind: 'event', value: { kind: 'run-task', ...run, task, complete } };
  if (task.group?.startsWith('service:'))
    return { kind: 'event', value: { kind: 'service-task', service: task.group.slice('service:'.length), task } };
  return ignored(`task ${task.id} is neither a run's nor a service's`, 'debug');
}
