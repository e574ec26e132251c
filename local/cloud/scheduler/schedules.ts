import type { Clock } from '../../clock.ts';
import { AwsError } from '../service.ts';
import { checkSchedule } from './checks.ts';
import { type FirePorts, fire } from './fire.ts';
import { type ScheduleInput, type ScheduleRecord, scheduleArn, withDefaults } from './record.ts';
import { anchored, arm } from './timing.ts';

/** The schedules, each with a timer for its next firing. */
export function createSchedules(ports: FirePorts & { clock: Clock }) {
  const { place, clock } = ports;
  const records = new Map<string, ScheduleRecord>();

  const remove = (record: ScheduleRecord) => {
    record.cancel();
    records.delete(record.arn);
  };
  const start = (record: ScheduleRecord, afterMs: number) =>
    arm(record, afterMs, clock, {
      due: (scheduledMs) => void fire(record, scheduledMs, ports),
      over: () => record.input.ActionAfterCompletion === 'DELETE' && remove(record),
    });
  const find = (group: string, name: string): ScheduleRecord => {
    const record = records.get(scheduleArn(place, group, name));
    if (record) return record;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  };

  return {
    /** @throws AwsError ResourceNotFoundException */
    find,
    remove,
    /** Sorted by group and name, as AWS lists them. */
    all: () => [...records.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    /** @throws AwsError ConflictException, ValidationException */
    create(group: string, input: ScheduleInput): ScheduleRecord {
      const name = input.Name ?? '';
      const arn = scheduleArn(place, group, name);
      const now = clock.now();
      const parsed = checkSchedule(input, place, now);
      if (records.has(arn)) throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409);
      const full = withDefaults(input);
      const times = { createdMs: now, modifiedMs: now, schedule: anchored(parsed, full, now) };
      const record: ScheduleRecord = { arn, name, group, input: full, ...times, cancel: () => {} };
      records.set(arn, record);
      // A rate without StartDate fires at once: its anchor is now.
      start(record, parsed.kind === 'rate' ? now - 1 : now);
      return record;
    },
    /** Everything that the input leaves out goes back to its default, as on AWS. */
    update(record: ScheduleRecord, input: ScheduleInput): void {
      const now = clock.now();
      const parsed = checkSchedule(input, place, now);
      record.input = withDefaults(input);
      record.modifiedMs = now;
      record.schedule = anchored(parsed, record.input, record.createdMs);
      start(record, now);
    },
    close(): void {
      for (const record of records.values()) record.cancel();
    },
  };
}
