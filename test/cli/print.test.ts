import { expect, test } from 'vitest';
import { lengthInWords } from '../../cli/print.ts';

test.each([
  [0, '0 s'],
  [0.4, '0 s'],
  [59.6, '1 min'],
  [99, '1 min 39 s'],
  [7200, '2 h'],
  [5400, '1 h 30 min'],
  [3601, '1 h 1 s'],
])('%d seconds are shown as %s', (seconds, expected) => expect(lengthInWords(seconds)).toBe(expected));
