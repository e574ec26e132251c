import type { OutgoingEvent } from '../service.ts';
import type { KnownTask } from './state.ts';

/** Members which DescribeTasks has and the event does not. */
const NOT_IN_EVENTS = ['tags', 'healthStatus', 'inferenceAccelerators', 'platformFamily', 'fargateEphemeralStorage'];

/** `ECS Task State Change` of the task as it is now, in AWS's shape; dates become ISO strings on the wire. */
export function taskStateChange(task: KnownTask, nowMs: number): OutgoingEvent {
  const kept = Object.entries(task).filter(([key, value]) => value !== undefined && !NOT_IN_EVENTS.includes(key));
  // DescribeTasks says ElasticNetworkInterface, the event says eni.
  const attachments = task.attachments?.map((attachment) => ({ ...attachment, type: 'eni' }));
  const detail = { ...Object.fromEntries(kept), attachments, updatedAt: new Date(nowMs) };
  return {
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [task.taskArn],
    // A copy: the task changes on, the event does not.
    detail: JSON.parse(JSON.stringify(detail)),
    timeMs: nowMs,
  };
}
