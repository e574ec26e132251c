import type { Task } from '../aws/task.ts';
import { type Instant, toInstant } from '../core/time.ts';
import { SOURCE } from './ours.ts';
import { fields, ignored, list, type Parsed, text } from './parse.ts';
import { parseServiceDeployment } from './service-deployment.ts';
import { parseTaskStateChange } from './task-state-change.ts';

/** An `ECS Service Action`: something that ECS's scheduler says of a service. It has no `version`. */
export interface ServiceAction {
  serviceName: string;
  /** Absent in service ARNs of the old format that come without a `clusterArn`. */
  clusterName?: string;
  /** `SERVICE_TASK_PLACEMENT_FAILURE`, … (an open set). */
  eventName: string;
  /** `RESOURCE:MEMORY`, … */
  reason?: string;
  /** The event's own id: EventBridge may deliver it twice. */
  id?: string;
  at?: Instant;
}

/** What leads to a look at services' troubles, and at Batuta's own. */
export type WatchEvent =
  | { kind: 'task-stopped'; service: string; task: Task }
  | { kind: 'service-action'; action: ServiceAction }
  /** The sweep saw these, by their keys in batuta.yml, with fewer tasks than desired. */
  | { kind: 'short'; services: readonly string[] }
  /** The rule of every five minutes. */
  | { kind: 'look' };

const instantOf = (value: unknown): Instant | undefined => {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) ? undefined : toInstant(ms);
};

function stoppedTask(raw: unknown): Parsed<WatchEvent> {
  const parsed = parseTaskStateChange(raw);
  if (parsed.kind === 'ignored') return parsed;
  const { value } = parsed;
  if (value.kind !== 'service-task' || value.task.lastStatus !== 'STOPPED')
    return ignored(`task ${value.task.id} is no service's that stopped`, 'debug');
  // Without it the task's end could not be set beside others'.
  const at = value.task.stoppedAt ?? instantOf(fields(raw).time);
  const task = at === undefined ? value.task : { ...value.task, stoppedAt: at };
  return { kind: 'event', value: { kind: 'task-stopped', service: value.service, task } };
}

function serviceAction(raw: unknown): Parsed<WatchEvent> {
  const parsed = parseServiceDeployment(raw);
  if (parsed.kind === 'ignored') return parsed;
  const { serviceName, eventName, reason } = parsed.value;
  const { id, time, detail } = fields(raw);
  const { clusterArn, createdAt } = fields(detail);
  const clusterName = parsed.value.clusterName ?? text(clusterArn)?.split('/').at(-1);
  const at = instantOf(time) ?? instantOf(createdAt);
  const action: ServiceAction = {
    serviceName,
    eventName,
    ...(clusterName ? { clusterName } : {}),
    ...(reason ? { reason } : {}),
    ...(text(id) ? { id: text(id) ?? '' } : {}),
    ...(at === undefined ? {} : { at }),
  };
  return { kind: 'event', value: { kind: 'service-action', action } };
}

export function parseWatchEvent(raw: unknown): Parsed<WatchEvent> {
  const { source, 'detail-type': kind, detail } = fields(raw);
  if (source === 'aws.ecs' && kind === 'ECS Task State Change') return stoppedTask(raw);
  if (source === 'aws.ecs' && kind === 'ECS Service Action') return serviceAction(raw);
  if (source === 'aws.events' && kind === 'Scheduled Event') return { kind: 'event', value: { kind: 'look' } };
  if (source === SOURCE && kind === 'Services Seen Short') {
    const services = list(fields(detail).services).flatMap((name) => text(name) ?? []);
    return { kind: 'event', value: { kind: 'short', services } };
  }
  return ignored(`nothing to watch: ${text(kind) ?? 'no detail-type'}`);
}
