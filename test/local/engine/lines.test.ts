import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineSplitter } from '../../../local/engine/lines.ts';

function split(chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

test('however the bytes are cut, the lines are the same', () => {
  const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')));
  fc.assert(
    fc.property(text, fc.array(fc.nat(200)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      expect(split(chunks)).toEqual(lines);
    }),
  );
});

test('a very long line is cut into pieces that CloudWatch takes, never inside a character', () => {
  const line = 'é'.repeat(300_000);
  const pieces = split([Buffer.from(`${line}\n`)]);
  expect(pieces.every((piece) => Buffer.byteLength(piece) <= 262_118)).toBe(true);
  expect(pieces.length).toBe(3);
  expect(pieces.join('')).toBe(line);
});

test('invalid UTF-8 is replaced', () => {
  expect(split([Buffer.from([0x61, 0xff, 0x62, 0x0a])])).toEqual(['a\ufffdb']);
});
