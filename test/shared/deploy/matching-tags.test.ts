import { expect, test } from 'vitest';
import { matchingTags } from '../../../shared/deploy/matching-tags.ts';

test('a pattern is looked for anywhere in the tag, unless its anchors say otherwise', () => {
  expect(matchingTags('b', ['a', 'ab', 'abc'])).toEqual(['ab', 'abc']);
  expect(matchingTags('^ab$', ['a', 'ab', 'abc'])).toEqual(['ab']);
});

test('a pattern that would not end for days is given up by name', () => {
  const tags = [`${'a'.repeat(127)}-`];
  expect(() => matchingTags('^(a+)+$', tags)).toThrow(
    /^regex:\^\(a\+\)\+\$ takes longer than 500 ms for 1 tags; write it/,
  );
  expect(matchingTags('^a+-$', tags)).toEqual(tags);
});
