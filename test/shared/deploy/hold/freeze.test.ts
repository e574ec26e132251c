import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FreezeWindow } from '../../../../shared/config/config.ts';
import { parseFreezeWindow } from '../../../../shared/config/freeze-window.ts';
import { toInstant } from '../../../../shared/core/time.ts';
import { freezeUntil } from '../../../../shared/deploy/hold/freeze.ts';
import { weekdayOf } from '../../../../shared/schedule/calendar.ts';
import { timeZone } from '../../../../shared/schedule/zone.ts';

function windowOf(text: string): FreezeWindow {
  const window = parseFreezeWindow(text);
  if (typeof window === 'string') throw new Error(`${text}: ${window}`);
  return window;
}

function untilOf(texts: readonly string[], now: string): string | undefined {
  const freeze = freezeUntil(texts.map(windowOf), toInstant(now));
  return freeze && new Date(freeze.until).toISOString().replace(':00.000Z', 'Z');
}

const weekend = 'Fri 18:00 - Mon 08:00';

describe('2026-11-20 is a Friday, and', () => {
  test.each<[string, string[], string, string | undefined]>([
    ['a minute before the window there is no freeze', [weekend], '2026-11-20T17:59Z', undefined],
    ['its first instant is frozen', [weekend], '2026-11-20T18:00Z', '2026-11-23T08:00Z'],
    ['its last instant is frozen', [weekend], '2026-11-23T07:59:59.999Z', '2026-11-23T08:00Z'],
    ['its end is not', [weekend], '2026-11-23T08:00Z', undefined],
    ['Sunday night, where the week begins anew, is within', [weekend], '2026-11-22T00:00Z', '2026-11-23T08:00Z'],
    ['whole days end at the midnight after the last', ['Sat - Sun'], '2026-11-22T23:59Z', '2026-11-23T00:00Z'],
    ['Saturday alone ends at midnight', ['Sat - Sat'], '2026-11-21T12:00Z', '2026-11-22T00:00Z'],
    ['a window of nearly a week ends next week', ['Fri 10:00 - Fri 09:00'], '2026-11-20T10:00Z', '2026-11-27T09:00Z'],
    ['and has its hour between', ['Fri 10:00 - Fri 09:00'], '2026-11-20T09:30Z', undefined],
    ["the wall clock is the zone's", ['Fri 18:00 - Mon 08:00 America/Sao_Paulo'], '2026-11-20T20:59Z', undefined],
    [
      'which is three hours late here',
      ['Fri 18:00 - Mon 08:00 America/Sao_Paulo'],
      '2026-11-20T21:00Z',
      '2026-11-23T11:00Z',
    ],
    ['no window freezes nothing', [], '2026-11-20T18:00Z', undefined],
  ])('%s', (_fact, windows, now, until) => expect(untilOf(windows, now)).toBe(until));
});

describe('windows that touch are followed to the end of the last', () => {
  test.each<[string, string[], string | undefined]>([
    ['one after the other', ['Fri 18:00 - Sat 00:00', 'Sat - Sun', 'Mon 00:00 - Mon 06:00'], '2026-11-23T06:00Z'],
    ['in any order', ['Mon 00:00 - Mon 06:00', 'Sat - Sun', 'Fri 18:00 - Sat 00:00'], '2026-11-23T06:00Z'],
    ['one within the other', ['Fri 18:00 - Fri 20:00', weekend], '2026-11-23T08:00Z'],
    ['across zones', ['Fri 18:00 - Sat 00:00', 'Fri 20:00 - Sat 12:00 America/Sao_Paulo'], '2026-11-21T15:00Z'],
    ['not over a gap of a minute', ['Fri 18:00 - Sat 00:00', 'Sat 00:01 - Sun 00:00'], '2026-11-21T00:00Z'],
    ['and no further than a week where they never end', ['Mon - Thu', 'Fri - Sun'], '2026-11-30T00:00Z'],
  ])('%s', (_fact, windows, until) => expect(untilOf(windows, '2026-11-20T18:30Z')).toBe(until));

  test('the one named is the one that holds now', () => {
    const windows = ['Sat - Sun', 'Fri 18:00 - Sat 00:00'].map(windowOf);
    expect(freezeUntil(windows, toInstant('2026-11-20T19:00Z'))?.window).toBe(windows[1]);
  });
});

describe('summer time', () => {
  // Lisbon, 2026-03-29: 01:00 becomes 02:00 at 01:00Z. 2026-10-25: 02:00 becomes 01:00 at 01:00Z.
  test.each<[string, string, string, string | undefined]>([
    ['a beginning that the clock skips is the change itself', 'Sun 01:30 - Sun 08:00', '2026-03-29T00:59Z', undefined],
    ['from then on it is frozen', 'Sun 01:30 - Sun 08:00', '2026-03-29T01:00Z', '2026-03-29T07:00Z'],
    [
      'an end that the clock skips is the change itself',
      'Sat 18:00 - Sun 01:30',
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
    ],
    ['a beginning that comes twice is the first', 'Sun 01:30 - Sun 08:00', '2026-10-25T00:30Z', '2026-10-25T08:00Z'],
    [
      'it is frozen where the clock goes back before it',
      'Sun 01:30 - Sun 08:00',
      '2026-10-25T01:10Z',
      '2026-10-25T08:00Z',
    ],
    ['an end that comes twice is the second', 'Sat 18:00 - Sun 01:30', '2026-10-25T00:45Z', '2026-10-25T01:30Z'],
    ['a window within the skipped hour does not happen', 'Sun 01:10 - Sun 01:50', '2026-03-29T01:00Z', undefined],
  ])('%s', (_fact, window, now, until) => expect(untilOf([`${window} Europe/Lisbon`], now)).toBe(until));

  test('where the clock goes back over midnight, Sunday stays frozen', () => {
    // Newfoundland, 2010-11-07: 00:01 on Sunday became 23:01 on Saturday, at 02:31Z.
    expect(untilOf(['Sun 00:00 - Sun 12:00 America/St_Johns'], '2010-11-07T02:40Z')).toBe('2010-11-07T15:30Z');
  });
});

const place = fc.record({ day: fc.nat(6), minute: fc.nat(1439) });
const anyWindow = fc
  .record({
    text: fc.constant(''),
    from: place,
    to: place,
    timezone: fc.constantFrom('UTC', 'Europe/Lisbon', 'America/St_Johns', 'Australia/Lord_Howe'),
  })
  .filter(({ from, to }) => from.day !== to.day || from.minute !== to.minute);

/** By the definition alone: does the zone's clock show a time within? */
function clockIsWithin({ from, to, timezone }: FreezeWindow, now: number): boolean {
  const local = now + (timeZone(timezone)?.offsetAt(now) ?? 0);
  const shown = weekdayOf(Math.floor(local / 86_400_000)) * 1440 + (Math.floor(local / 60_000) % 1440);
  const [begins, ends] = [from.day * 1440 + from.minute, to.day * 1440 + to.minute];
  return begins < ends ? begins <= shown && shown < ends : shown >= begins || shown < ends;
}

describe('for any windows', () => {
  const now = fc
    .integer({ min: Date.parse('2026-01-01') / 60_000, max: Date.parse('2028-01-01') / 60_000 })
    .map((minute) => toInstant(minute * 60_000));

  test('a clock that shows a time within means frozen, and a frozen time ends', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 4 }), now, (windows, at) => {
        const freeze = freezeUntil(windows, at);
        if (windows.some((window) => clockIsWithin(window, at))) expect(freeze).toBeDefined();
        if (freeze === undefined) return;
        expect(freeze.until).toBeGreaterThan(at);
        if (freeze.until < at + 7 * 86_400_000) expect(freezeUntil(windows, freeze.until)).toBeUndefined();
      }),
    );
  });

  test('away from changes of the clock, frozen means that a clock shows a time within', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 4 }), now, (windows, at) => {
        const stays = windows.every(({ timezone }) => {
          const zone = timeZone(timezone);
          return zone?.offsetAt(at - 86_400_000) === zone?.offsetAt(at + 86_400_000);
        });
        fc.pre(stays);
        expect(freezeUntil(windows, at) !== undefined).toBe(windows.some((window) => clockIsWithin(window, at)));
      }),
    );
  });
});
