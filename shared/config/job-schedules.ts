interface WithSchedules<Schedule> {
  schedule?: Schedule | undefined;
  schedules?: Record<string, Schedule> | undefined;
}

/** The name of the one that stands under `schedule`. */
const ONLY = 'schedule';

/** A job's schedules by their names, of either key. */
export function jobSchedules<Schedule>({ schedule, schedules }: WithSchedules<Schedule>): [string, Schedule][] {
  return [
    ...(schedule === undefined ? [] : ([[ONLY, schedule]] as [string, Schedule][])),
    ...Object.entries(schedules ?? {}),
  ];
}
