import { createHash } from 'node:crypto';
import { nextFire } from '../../../shared/schedule/next-fire.ts';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import type { Clock } from '../../clock.ts';
import type { ScheduleInput, ScheduleRecord } from './record.ts';

/** The schedule with its rate anchored at StartDate, or at its creation. */
export function anchored(schedule: Schedule, input: ScheduleInput, createdMs: number): Schedule {
  return schedule.kind === 'rate' ? { ...schedule, anchorMs: input.StartDate?.getTime() ?? createdMs } : schedule;
}

/** The next time the expression names within StartDate and EndDate; one-time schedules ignore both, as on AWS. */
function nextDue({ schedule, input }: ScheduleRecord, afterMs: number): number | undefined {
  if (schedule.kind === 'at') return nextFire(schedule, afterMs);
  const start = input.StartDate?.getTime() ?? 0;
  const due = nextFire(schedule, Math.max(afterMs, start - 1));
  return due !== undefined && (!input.EndDate || due < input.EndDate.getTime()) ? due : undefined;
}

/** A moment of the flexible window: the same for the same schedule and time, spread over schedules. */
function windowOffsetMs({ arn, input }: ScheduleRecord, dueMs: number): number {
  const minutes =
    input.FlexibleTimeWindow?.Mode === 'FLEXIBLE' ? (input.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) : 0;
  if (minutes === 0) return 0;
  const hash = createHash('sha256').update(`${arn} ${dueMs}`).digest().readUInt32BE(0);
  return Math.floor((hash / 2 ** 32) * minutes * 60_000);
}

/** A machine that slept through firings does not make up for all of them when it wakes, only for the last hour's. */
const catchUpMs = 3_600_000;

/**
 * Sets the record's timer for its next firing after `afterMs`, and after that firing the next, until `over`.
 * `onDue` gets the time that the expression names.
 */
export function arm(
  record: ScheduleRecord,
  afterMs: number,
  clock: Clock,
  on: { due: (scheduledMs: number) => void; over: () => void },
): void {
  record.cancel();
  if (record.input.State === 'DISABLED') return;
  const due = nextDue(record, afterMs);
  if (due === undefined) return;
  record.cancel = clock.setTimer(due + windowOffsetMs(record, due) - clock.now(), () => {
    on.due(due);
    if (nextDue(record, due) === undefined) on.over();
    else arm(record, Math.max(due, clock.now() - catchUpMs), clock, on);
  });
}
