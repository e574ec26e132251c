import { fields, ignored, type Parsed, text } from './parse.ts';

/** What Scheduler sends for one firing: the Input that `scheduledRunInput` made, its context attributes filled in. */
export interface ScheduledRun {
  job: string;
  scheduleArn: string;
  /** ISO 8601; together with the ARN it names the firing, the same at each delivery. */
  scheduledTime: string;
  params: unknown;
}

export function parseScheduledRun(raw: unknown): Parsed<ScheduledRun> {
  const { job, scheduleArn, scheduledTime, params } = fields(raw);
  const [name, arn, time] = [text(job), text(scheduleArn), text(scheduledTime)];
  if (!name || !arn || !time) return ignored("not a schedule's input: job, scheduleArn or scheduledTime is missing");
  return { kind: 'event', value: { job: name, scheduleArn: arn, scheduledTime: time, params } };
}
