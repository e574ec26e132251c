import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createLineFilter } from '../../../containers/toolbox/src/line-filter.ts';
import { createMasker } from '../../../containers/toolbox/src/masker.ts';

const secret = 'correct-horse-battery';
const limit = 64 * 1024;

function filtering(secrets: string[], chunks: string[], warn = vi.fn()): string {
  const masker = createMasker();
  for (const value of secrets) masker.add(value);
  const filter = createLineFilter(masker, warn);
  return Buffer.concat([...chunks.map((chunk) => filter.push(Buffer.from(chunk))), filter.end()]).toString();
}

test('a secret anywhere around the place where a very long line is cut is masked', () => {
  const length = secret.length;
  for (let offset = -3 * length; offset <= 2 * length; offset++) {
    const before = 'x'.repeat(limit + offset);
    const line = `${before}${secret} end\n`;
    const printed = filtering([secret], [line.slice(0, limit + 1), line.slice(limit + 1)]);
    expect(printed === `${before}*** end\n`, `offset ${offset}`).toBe(true);
  }
});

test('masking part by part gives what masking the whole gives', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 7 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 80 });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 3 }), text, fc.array(fc.nat(20)), (secrets, line, sizes) => {
      const masker = createMasker();
      for (const value of secrets) masker.add(value);
      let [rest, covered, printed] = [line, 0, ''];
      for (const size of sizes) {
        const cut = Math.max(0, Math.min(size, rest.length - masker.overlap()));
        const part = masker.maskPart(rest, cut, covered);
        printed += part.printed;
        [rest, covered] = [rest.slice(cut), part.covered];
      }
      printed += masker.maskPart(rest, rest.length, covered).printed;
      expect(printed).toBe(masker.mask(line));
    }),
  );
});

test('a very long line is printed before it ends', () => {
  const filter = createLineFilter(createMasker(), vi.fn());
  expect(filter.push(Buffer.alloc(limit + 1, 'x'))).toHaveLength(limit + 1);
  expect(filter.push(Buffer.from('::mask not a command here\n')).toString()).toBe('::mask not a command here\n');
});

test('100 MB in one line are printed as they come: never more than a line’s limit is held back', () => {
  const masker = createMasker();
  masker.add(secret);
  const filter = createLineFilter(masker, vi.fn());
  const chunk = Buffer.alloc(limit, 'x');
  let held = 0;
  for (let pushed = 0; pushed < 100_000_000; pushed += limit) {
    held += limit - filter.push(chunk).length;
    expect(held).toBeLessThanOrEqual(limit);
  }
  expect(filter.end()).toHaveLength(held);
});

test('a ::mask line too long to keep is swallowed and said, and the next line is printed', () => {
  const warn = vi.fn();
  expect(filtering([], [`::mask ${'x'.repeat(limit)}`, 'xxxx', 'x\nnext\n'], warn)).toBe('next\n');
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('longer than 64 KiB'));
});

test('bytes that are not UTF-8 pass unchanged beside a masked secret', () => {
  const masker = createMasker();
  masker.add('pässword');
  const filter = createLineFilter(masker, vi.fn());
  const bytes = Buffer.from([0, 255, 254, 0xc3, 13, 10, 200]);
  expect(Buffer.concat([filter.push(Buffer.concat([bytes, Buffer.from('pässword')])), filter.end()])).toEqual(
    Buffer.concat([bytes, Buffer.from('***')]),
  );
});
