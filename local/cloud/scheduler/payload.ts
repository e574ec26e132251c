import type { Place } from '../service.ts';
import type { ScheduleRecord } from './record.ts';

export interface Firing {
  /** The time that the expression names, not the moment within the flexible window. */
  scheduledMs: number;
  executionId: string;
}

/** ISO 8601 without milliseconds, as AWS writes event times. */
const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The Input with its context attributes replaced, as the text that the target gets. */
export function payloadText(record: ScheduleRecord, firing: Firing, place: Place): string {
  const input = record.input.Target?.Input;
  if (input === undefined) return JSON.stringify(defaultEvent(record, firing, place));
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', record.arn)
    .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(firing.scheduledMs))
    .replaceAll('<aws.scheduler.execution-id>', firing.executionId)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}

/** What a Lambda function gets from a schedule without Input. */
function defaultEvent({ arn }: ScheduleRecord, { scheduledMs, executionId }: Firing, place: Place): object {
  return {
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: place.account,
    time: isoSeconds(scheduledMs),
    region: place.region,
    resources: [arn],
    detail: '{}',
  };
}
