import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fireTimesBetween } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';

/** A value list, every matching value written out: the walker below needs no ranges, steps or names. */
interface FieldText {
  text: string;
  values: number[];
}

const pick = (min: number, max: number) => fc.integer({ min, max });
const list = (min: number, max: number) =>
  fc
    .uniqueArray(pick(min, max), { minLength: 1, maxLength: 4 })
    .map((values): FieldText => ({ text: values.join(','), values }));
const range = (min: number, max: number) =>
  fc.tuple(pick(min, max), pick(min, max), pick(1, 5)).map(([from, to, step]): FieldText => {
    const values: number[] = [];
    let gone = 0;
    for (let value = from; ; value = value === max ? min : value + 1, gone++) {
      if (gone % step === 0) values.push(value);
      if (value === to) break;
    }
    return { text: `${from}-${to}/${step}`, values };
  });
const all = (min: number, max: number) =>
  fc.constant({ text: '*', values: Array.from({ length: max - min + 1 }, (_, index) => min + index) });
const field = (min: number, max: number) => fc.oneof(list(min, max), range(min, max), all(min, max));

/** A wall-clock minute as Intl shows it. */
interface Wall {
  shown: string;
  day: number;
  month: number;
  weekday: number;
  hour: number;
  minute: number;
}

function wallClock(zone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (instant: number): Wall => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return {
      shown: `${part.month}/${part.day} ${part.hour}:${part.minute}`,
      day: Number(part.day),
      month: Number(part.month),
      weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part.weekday ?? '') + 1,
      hour: Number(part.hour),
      minute: Number(part.minute),
    };
  };
}

/** Looks at every minute; a wall-clock minute seen before (the repeated hour) does not count again. */
function walk(zone: string, fromMs: number, toMs: number, matches: (wall: Wall) => boolean): number[] {
  const read = wallClock(zone);
  const seen = new Set<string>();
  const times: number[] = [];
  // Two hours earlier, so that the first half of an overlap is known.
  for (let instant = fromMs - 7_200_000; instant < toMs; instant += 60_000) {
    const wall = read(instant);
    if (seen.has(wall.shown)) continue;
    seen.add(wall.shown);
    if (instant >= fromMs && matches(wall)) times.push(instant);
  }
  return times;
}

const moments: [string, string][] = [
  ['America/New_York', '2027-03-14T00:00Z'],
  ['America/New_York', '2027-11-07T00:00Z'],
  ['Europe/Lisbon', '2027-03-28T00:00Z'],
  ['Europe/Lisbon', '2027-10-31T00:00Z'],
  ['America/Sao_Paulo', '2018-11-04T00:00Z'],
  ['America/Sao_Paulo', '2019-02-17T00:00Z'],
  ['Australia/Lord_Howe', '2027-04-03T10:00Z'],
  ['UTC', '2028-02-28T12:00Z'],
];

test('the fast evaluation agrees with a walk through every minute, around clock changes', () => {
  const days = fc.oneof(
    field(1, 31).map((chosen) => ({
      dom: chosen.text,
      dow: '?',
      has: (wall: Wall) => chosen.values.includes(wall.day),
    })),
    field(1, 7).map((chosen) => ({
      dom: '?',
      dow: chosen.text,
      has: (wall: Wall) => chosen.values.includes(wall.weekday),
    })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...moments),
      pick(-1440, 1440),
      field(0, 59),
      field(0, 23),
      days,
      field(1, 12),
      ([zone, moment], shift, minute, hour, day, month) => {
        const from = Date.parse(moment) + shift * 60_000;
        const to = from + 30 * 3_600_000;
        const text = `cron(${minute.text} ${hour.text} ${day.dom} ${month.text} ${day.dow} *)`;
        const parsed = parseSchedule(text, zone);
        if (!parsed.ok) throw new Error(parsed.problem);
        const matches = (wall: Wall) =>
          minute.values.includes(wall.minute) &&
          hour.values.includes(wall.hour) &&
          month.values.includes(wall.month) &&
          day.has(wall);
        expect(fireTimesBetween(parsed.schedule, from, to), text).toEqual(walk(zone, from, to, matches));
      },
    ),
    { numRuns: 120 },
  );
});
