import { fields, ignored, type Parsed, text } from './parse.ts';

/** What Scheduler sends for one firing: the Input that `scheduledRunInput` made, its context attributes filled in. */
export interface ScheduledRun {
  job: string;
  /** The schedule's name in the job; absent in the input of a schedule that is not of the configuration. */
  schedule?: string;
  scheduleArn: string;
  /** ISO 8601; together with the ARN it names the firing, the same at each delivery. */
  scheduledTime: string;
  params: unknown;
}

export function parseScheduledRun(raw: unknown): Parsed<ScheduledRun> {
  const event = fields(raw);
  const [job, scheduleArn, scheduledTime] = [text(event.job), text(event.scheduleArn), text(event.scheduledTime)];
  if (!job || !scheduleArn || !scheduledTime)
    return ignored("not a schedule's input: job, scheduleArn or scheduledTime is missing");
  const schedule = text(event.schedule);
  return {
    kind: 'event',
    value: { job, ...(schedule ? { schedule } : {}), scheduleArn, scheduledTime, params: event.params },
  };
}
