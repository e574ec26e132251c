import { expect, test } from 'vitest';
import type { ParamValue } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { overridesOf, paramsTooLarge, tooLarge } from '../../../shared/run/overrides.ts';

const spec = { command: ['run', 'report.py'], args: [] };
const params = (length: number): Record<string, ParamValue> => ({ text: 'x'.repeat(length) });

test('what is let in is not too large for the last attempt that a job may have', () => {
  const most = Array.from({ length: 8192 }, (_, length) => length).findLast(
    (length) => paramsTooLarge(spec, params(length)) === undefined,
  );
  const last = (length: number) =>
    tooLarge(
      overridesOf(
        { id: `r-${'a'.repeat(24)}`, spec, params: params(length) },
        { attempt: 10, deadlineAt: toInstant('2027-01-01T00:00:00Z') },
      ),
    );
  expect(most).toBeGreaterThan(7000);
  expect(last(most ?? 0)).toBeUndefined();
  expect(last((most ?? 0) + 1)).toMatchObject({ cause: expect.stringMatching(/are 8193 characters of JSON/) });
});
