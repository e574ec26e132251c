import type { JobConfig, ScheduleConfig } from '../config/config.ts';

/** What a job's schedule is called in Scheduler: the job's name, with the schedule's own where it has one. */
export const nameInScheduler = ({ name }: Pick<JobConfig, 'name'>, schedule: Pick<ScheduleConfig, 'name'>): string =>
  schedule.name === 'schedule' ? name : `${name}.${schedule.name}`;
