import { z } from 'zod';
import { durationMs } from '../duration.ts';
import { isZonedTime } from '../zoned-time.ts';
import { duration, nonEmpty } from './common.ts';
import { value } from './param.ts';
import { choice, section } from './section.ts';

const zonedTime = z.string().refine(isZonedTime, {
  error: 'is no time with a zone; write for example 2026-12-01T00:00:00Z or 2026-12-01T00:00:00-03:00',
});

/** Source: EventBridge Scheduler API reference, FlexibleTimeWindow `MaximumWindowInMinutes`. */
const window = duration.refine((text) => durationMs(text) % 60_000 === 0 && durationMs(text) <= 86_400_000, {
  error: 'is no window that Scheduler takes; write whole minutes from 1m to 1440m, such as 15m',
});

/** Exactly one of cron, rate and at: checked in checks/schedules.ts, which can say more about it. */
export const schedule = section(
  {
    cron: nonEmpty.optional().meta({
      description: 'Six fields: minute, hour, day of month, month, day of week, year; one of the two days is `?`.',
      examples: ['0 3 * * ? *'],
    }),
    rate: nonEmpty.optional().meta({ description: 'A whole number and a unit.', examples: ['5 minutes', '1 day'] }),
    at: nonEmpty
      .optional()
      .meta({ description: 'Once, at this local time of the time zone.', examples: ['2027-12-01T03:00:00'] }),
    timezone: nonEmpty
      .default('UTC')
      .meta({ description: 'IANA time zone of cron and at.', examples: ['America/Sao_Paulo'] }),
    params: z
      .record(z.string(), value)
      .default({})
      .meta({ description: 'What its runs are given.', examples: [{ database: 'billing' }] }),
    start: zonedTime
      .optional()
      .meta({ description: 'It does not fire before; ISO 8601 with a zone.', examples: ['2026-12-01T00:00:00Z'] }),
    end: zonedTime
      .optional()
      .meta({ description: 'It does not fire after; ISO 8601 with a zone.', examples: ['2027-12-01T00:00:00Z'] }),
    window: window.optional().meta({
      description: 'It may fire so much later than written, which spreads the load; at most 1440m.',
      examples: ['15m'],
    }),
    grace: duration
      .default('5m')
      .meta({ description: 'A firing that made no run for so long is missed, and told.', examples: ['10m'] }),
    catchUp: choice(['last', 'all', 'none'])
      .default('none')
      .meta({
        description: 'Which of the missed runs are started after all.',
        examples: ['last'],
      }),
  },
  [],
  {
    ...{ every: 'rate', interval: 'rate', expression: 'cron', time: 'at', tz: 'timezone', zone: 'timezone' },
    ...{ flexibleWindow: 'window', flexibleTimeWindow: 'window', startDate: 'start', endDate: 'end', from: 'start' },
    ...{ until: 'end', missed: 'catchUp', catchup: 'catchUp', input: 'params', args: 'params' },
  },
);

export type ScheduleYaml = z.output<typeof schedule>;
