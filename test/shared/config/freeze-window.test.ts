import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFreezeWindow } from '../../../shared/config/freeze-window.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (value: number) => String(value).padStart(2, '0');
const place = fc.record({ day: fc.nat(6), minute: fc.nat(1439) });
const show = ({ day, minute }: { day: number; minute: number }) =>
  `${DAYS[day]} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

test('any two places of the week that are written are read as they are, in each zone', () => {
  const zone = fc.constantFrom('', ...Intl.supportedValuesOf('timeZone'));
  fc.assert(
    fc.property(place, place, zone, (from, to, timezone) => {
      fc.pre(from.day !== to.day || from.minute !== to.minute);
      const text = `${show(from)} - ${show(to)} ${timezone}`.trim();
      expect(parseFreezeWindow(text)).toEqual({ text, from, to, timezone: timezone || 'UTC' });
    }),
  );
});

test('any text is read or told, and nothing throws', () => {
  const word = fc.constantFrom('Fri', 'monday', '18:00', '24:00', '-', '–', 'UTC', 'Europe/Lisbon', '', '7');
  const words = fc.array(word, { maxLength: 7 }).map((all) => all.join(' '));
  fc.assert(
    fc.property(fc.oneof(fc.string(), words), (text) => {
      const read = parseFreezeWindow(text);
      if (typeof read === 'string') {
        expect(read).toMatch(/; /);
        return;
      }
      expect(read.from).not.toEqual(read.to);
      for (const { day, minute } of [read.from, read.to]) {
        expect(day).toBeLessThan(7);
        expect(minute).toBeLessThan(1440);
      }
    }),
  );
});

test.each([
  ['friday 18:00 – MONDAY 8:00', { from: { day: 5, minute: 1080 }, to: { day: 1, minute: 480 } }],
  ['Fri 18:00-Mon 08:00', { from: { day: 5, minute: 1080 }, to: { day: 1, minute: 480 } }],
  ['Sat - Sun', { from: { day: 6, minute: 0 }, to: { day: 1, minute: 0 } }],
  ['Sat - Sat', { from: { day: 6, minute: 0 }, to: { day: 0, minute: 0 } }],
  ['Fri 18:00 - Sun', { from: { day: 5, minute: 1080 }, to: { day: 1, minute: 0 } }],
  ['Sat - Mon 08:00 Etc/GMT-3', { from: { day: 6, minute: 0 }, to: { day: 1, minute: 480 }, timezone: 'Etc/GMT-3' }],
])('%s is one', (text, window) => expect(parseFreezeWindow(text)).toMatchObject(window));
