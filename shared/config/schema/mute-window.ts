import { z } from 'zod';
import { nonEmpty } from './common.ts';
import { choice, section } from './section.ts';

const LONG = { monday: 'mon', tuesday: 'tue', wednesday: 'wed', thursday: 'thu', friday: 'fri' };
export const weekday = choice(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], [], {
  ...{ ...LONG, saturday: 'sat', sunday: 'sun' },
});

const day = choice(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'weekdays', 'weekend'], [], {
  ...{ ...LONG, saturday: 'sat', sunday: 'sun', weekday: 'weekdays', weekends: 'weekend' },
});
const days = z.array(day).min(1, { error: 'names no day; write at least one, or remove it for every day' });

const NO_TIME = { error: 'is no time of day; write hours and minutes, such as "08:00"' };
export const timeOfDay = z.string(NO_TIME).regex(/^([01]\d|2[0-3]):[0-5]\d$/, NO_TIME);
const endOfDay = z.string(NO_TIME).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, NO_TIME);

export const muteWindow = section(
  {
    days: z
      .union([days, day])
      .optional()
      .meta({
        description: 'The days it begins on: `weekdays`, `weekend`, a day, or a list; default: every day.',
        examples: ['weekdays', ['sat', 'sun']],
      }),
    from: timeOfDay.default('00:00').meta({ description: 'When it begins, local time.', examples: ['22:00'] }),
    to: endOfDay.default('24:00').meta({
      description: 'When it ends, local time; before `from` means on the next day.',
      examples: ['06:00'],
    }),
    timezone: nonEmpty.default('UTC').meta({ description: 'IANA time zone.', examples: ['America/Sao_Paulo'] }),
  },
  [],
  { day: 'days', start: 'from', end: 'to', until: 'to', tz: 'timezone', zone: 'timezone' },
);

export type MuteWindowYaml = z.output<typeof muteWindow>;
