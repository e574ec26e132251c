import type { z } from 'zod';
import { nonEmpty } from './common.ts';
import { section } from './section.ts';

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
  },
  ['start', 'end', 'params', 'window', 'flexibleWindow', 'grace', 'catchUp'],
);

export type ScheduleYaml = z.input<typeof schedule>;
