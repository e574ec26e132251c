import type { DeadLetter } from '../dead-letter.ts';
import { isCluster, type RunTask, runTaskInput, universalRunTaskInput } from '../ecs-target.ts';
import type { InvokeAsync, Place } from '../service.ts';
import { universalRunTask } from './checks.ts';
import { type Firing, payloadText } from './payload.ts';
import type { ScheduleRecord } from './record.ts';

export interface FirePorts {
  place: Place;
  invoke: InvokeAsync;
  deadLetter: DeadLetter;
  runTask: RunTask;
}

/** Hands the Input to the target. What the target refuses outright goes to the schedule's dead-letter queue. */
export async function fire(record: ScheduleRecord, scheduledMs: number, ports: FirePorts): Promise<void> {
  const firing: Firing = { scheduledMs, executionId: ports.place.newUuid() };
  const text = payloadText(record, firing, ports.place);
  try {
    await hand(record, JSON.parse(text), ports);
  } catch (error) {
    const queue = record.input.Target?.DeadLetterConfig?.Arn;
    if (queue) ports.deadLetter(queue, text, deadLetterAttributes(record, firing, error));
  }
}

async function hand(record: ScheduleRecord, payload: unknown, { invoke, runTask }: FirePorts): Promise<void> {
  const { Arn: arn = '', RoleArn: role = '', EcsParameters: parameters } = record.input.Target ?? {};
  if (arn === universalRunTask) await runTask(universalRunTaskInput(payload), role);
  else if (!isCluster(arn)) invoke(arn, payload);
  // AWS marks the tasks by their schedule (seen in the ECS console). Without Input there are no overrides.
  else
    await runTask(
      runTaskInput({
        clusterArn: arn,
        parameters: parameters ?? {},
        input: payload,
        startedBy: `chronos-schedule/${record.name}`,
      }),
      role,
    );
}

/** As the EventBridge Scheduler user guide lists them under "Configuring a dead-letter queue". */
function deadLetterAttributes(record: ScheduleRecord, firing: Firing, error: unknown): Record<string, string> {
  const { code, message } = error as { code?: string; message?: string };
  return {
    ERROR_CODE: error instanceof SyntaxError ? 'InvalidRequestContentException' : (code ?? 'ResourceNotFoundException'),
    ERROR_MESSAGE: message ?? String(error),
    EXECUTION_ID: firing.executionId,
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: '0',
    SCHEDULED_TIME: new Date(firing.scheduledMs).toISOString(),
    SCHEDULE_ARN: record.arn,
    TARGET_ARN: record.input.Target?.Arn ?? '',
  };
}
