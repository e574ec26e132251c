import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MuteWindow } from '../../../../shared/config/config.ts';
import { iso, toInstant } from '../../../../shared/core/time.ts';
import { mutedUntil } from '../../../../shared/notify/routes/mute.ts';

const window = (given: Partial<MuteWindow>): MuteWindow => ({
  days: [],
  from: '22:00',
  to: '06:00',
  timezone: 'UTC',
  ...given,
});
const nights = window({});
const weekend = window({ days: ['sat', 'sun'], from: '00:00', to: '24:00' });
const until = (windows: readonly MuteWindow[], now: string) => {
  const end = mutedUntil(windows, toInstant(now));
  return end === undefined ? undefined : iso(end).slice(0, 16);
};

// 2026-11-20 is a Friday.
test.each<[string, MuteWindow[], string, string | undefined]>([
  ['without windows nothing is muted', [], '2026-11-20T23:00Z', undefined],
  ['before the window it is not muted', [nights], '2026-11-20T21:59Z', undefined],
  ['the window begins with its first minute', [nights], '2026-11-20T22:00Z', '2026-11-21T06:00'],
  ['a window goes over midnight', [nights], '2026-11-21T05:59Z', '2026-11-21T06:00'],
  ['its end is no part of it', [nights], '2026-11-21T06:00Z', undefined],
  ['a day is that on which the window begins', [window({ days: ['fri'] })], '2026-11-21T03:00Z', '2026-11-21T06:00'],
  ['on other days it does not begin', [window({ days: ['fri'] })], '2026-11-21T23:00Z', undefined],
  ['whole days follow each other', [weekend], '2026-11-21T12:00Z', '2026-11-23T00:00'],
  ['the week has no seam', [weekend], '2026-11-22T23:59Z', '2026-11-23T00:00'],
  ['windows that touch are one', [nights, weekend], '2026-11-20T23:00Z', '2026-11-23T06:00'],
  [
    'windows of two zones that overlap are one',
    [nights, window({ timezone: 'America/New_York' })],
    '2026-11-20T23:00Z',
    '2026-11-21T11:00',
  ],
  ['local time counts', [window({ timezone: 'Asia/Tokyo' })], '2026-11-20T13:00Z', '2026-11-20T21:00'],
  ['summer time moves the end', [window({ timezone: 'Europe/Lisbon' })], '2026-03-28T23:00Z', '2026-03-29T05:00'],
  ['winter time moves it back', [window({ timezone: 'Europe/Lisbon' })], '2026-10-24T22:00Z', '2026-10-25T06:00'],
  [
    'an end that clocks skip is the next time there is',
    [window({ to: '01:30', timezone: 'Europe/Lisbon' })],
    '2026-03-29T00:30Z',
    '2026-03-29T01:00',
  ],
])('%s', (_fact, windows, now, end) => expect(until(windows, now)).toBe(end));

test('what is muted is heard when the window ends, and not before', () => {
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
  const text = time.map((parts) => parts.map((part) => `${part}`.padStart(2, '0')).join(':'));
  const windows = fc.array(
    fc
      .record({
        days: fc.subarray(['mon', 'tue', 'fri', 'sun'] as const, { minLength: 1 }),
        from: text,
        to: text,
        timezone: fc.constantFrom('UTC', 'Europe/Lisbon', 'America/Sao_Paulo', 'Asia/Kathmandu'),
      })
      .filter(({ from, to }) => from !== to),
    { maxLength: 3 },
  );
  const now = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 11) });
  fc.assert(
    fc.property(windows, now, (given, ms) => {
      const end = mutedUntil(given, toInstant(ms));
      if (end === undefined) return;
      expect(end).toBeGreaterThan(ms);
      expect(mutedUntil(given, end)).toBeUndefined();
      expect(mutedUntil(given, toInstant(end - 1))).toBe(end);
    }),
    { numRuns: 200 },
  );
});
