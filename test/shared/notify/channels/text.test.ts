import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleaned, cutTo, keepWithin, listTo, oneLine, tailTo } from '../../../../shared/notify/channels/text.ts';

const family = '👩‍👩‍👧‍👦';
const anything = fc.string({ unit: 'binary', maxLength: 400 });

test.each([
  ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
  ['a terminal title', 'a\x1b]0;owned\x07b', 'ab'],
  ['a link for a terminal', '\x1b]8;;http://evil\x1b\\here\x1b]8;;\x1b\\', 'here'],
  ['a sequence without an end', 'a\x1b]0;the rest stays', 'a0;the rest stays'],
  ['one-byte sequences', 'a\x9b31mb', 'ab'],
  ['control characters', 'a\x00\x07\x08b\x7fc\td\ne', 'abc\td\ne'],
  ['a carriage return becomes a line', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['a right-to-left override', 'exe.\u202egnp.txt\u202c', 'exe.gnp.txt'],
  ['marks and isolates', '\u200fa\u2066b\u2069\u061c', 'ab'],
  ['zero-width characters', 'ad\u200bmi\u2060n\ufeff\u00ad', 'admin'],
  ['joiners within a word', 'ad\u200dmin', 'admin'],
  ['hidden tags and blank fillers', 'a\u{e0041}\u{e0100}\u3164b', 'ab'],
  ['piled up accents', `a${'\u0301'.repeat(5000)}b`, `a${'\u0301'.repeat(4)}b`],
  ['halves of characters and binary', 'a\ud800\ufffd\udc00b', 'a\ufffdb'],
])('%s are not what people see', (_what, text, expected) => expect(cleaned(text)).toBe(expected));

test.each([family, '❤️', '🏳️‍🌈', '👍🏽', '🇩🇪', 'é', 'می‌خواهم', 'क्‍ष', 'שלום', 'a_b*c'])('%s stays as it is', (text) =>
  expect(cleaned(text)).toBe(text),
);

test('cleaning what is clean changes nothing, and nothing that steers is left', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const clean = cleaned(text);
      expect(cleaned(clean)).toBe(clean);
      expect(clean).not.toMatch(/[[\p{Cc}--[\n\t]]\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/v);
      expect(oneLine(text)).not.toContain('\n');
    }),
  );
});

test('a cut splits no character as people see it', () => {
  expect(cutTo('abcdef', 6)).toBe('abcdef');
  expect(cutTo('abcdefg', 6)).toBe('abcde…');
  expect(cutTo(`ab${family}`, 8)).toBe('ab…');
  expect(cutTo('🇩🇪🇫🇷', 7)).toBe('🇩🇪…');
  expect(cutTo('one two', 5)).toBe('one…');
  expect(cutTo('abc', 1)).toBe('…');
  expect(cutTo('abc', 0)).toBe('');
});

test('a cut stays within its limit by every measure, and leaves no half of a character', () => {
  const bytes = (text: string) => Buffer.byteLength(text);
  fc.assert(
    fc.property(anything, fc.nat(300), fc.constantFrom(undefined, bytes), (text, limit, size) => {
      const cut = cutTo(cleaned(text), limit, size);
      expect((size ?? ((all: string) => all.length))(cut)).toBeLessThanOrEqual(limit);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});

test('a list ends with how many more there are', () => {
  expect(listTo(['a', 'b', 'c'], 20)).toBe('a, b, c');
  expect(listTo(['first', 'second', 'third', 'fourth'], 20)).toBe('first, … 3 more');
  expect(listTo(['a long first one', 'b'], 20)).toBe('a long fi…, … 1 more');
  expect(keepWithin([5, 5, 5], { budget: 100, most: 2 }, (size) => size)).toEqual({ kept: [5, 5], more: 1 });
});

test('a list and a tail stay within their limits whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 30 }), fc.integer({ min: 40, max: 500 }), (items, limit) => {
      expect(listTo(items, limit).length).toBeLessThanOrEqual(limit);
      expect(tailTo(items, limit).length).toBeLessThanOrEqual(limit);
    }),
  );
});

test('of a log the last lines are kept', () => {
  expect(tailTo(['\x1b[31mone\x1b[0m', 'two'], 100)).toBe('one\ntwo');
  expect(tailTo(['first line', 'second line', 'third line', 'the last line'], 45)).toBe(
    '… 2 lines before\nthird line\nthe last line',
  );
});

test('10 000 emoji and logs of 1 MB are cut all the same', () => {
  expect(cutTo(cleaned(family.repeat(10_000)), 150).length).toBeLessThanOrEqual(150);
  const hostile = ['\x1b]', '\x9d', '\x1b[', '\u0301', '\u200d', '\x00', 'a\n', '👩\u200d', '\ud800'];
  for (const part of hostile) {
    const text = part.repeat(1_000_000 / part.length);
    expect(tailTo([text], 2000).length).toBeLessThanOrEqual(2000);
    expect(cutTo(cleaned(text), 2000).length).toBeLessThanOrEqual(2000);
  }
});
