import { expect, test } from 'vitest';
import { contains } from './contains.ts';

test.each<[fact: string, actual: unknown, expected: unknown, contained: boolean]>([
  ['more members than expected do no harm', { a: 1, b: 2 }, { a: 1 }, true],
  ['a missing member does', {}, { a: 1 }, false],
  ['a list holds its items in any place', [{ n: 1, x: 0 }, { n: 2 }], [{ n: 2 }], true],
  ['a list without the item does not', [{ n: 1 }], [{ n: 2 }], false],
  ['an empty list is expected to be empty', { failures: [{}] }, { failures: [] }, false],
  ['an absent list is not an empty one', {}, { failures: [] }, false],
  ['a text matches a pattern', { id: 'abc' }, { id: /^a/ }, true],
  ['nothing matches no pattern', {}, { id: /^a/ }, false],
])('%s', (_fact, actual, expected, contained) => expect(contains(actual, expected)).toBe(contained));
