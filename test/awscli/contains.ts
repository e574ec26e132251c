const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * Whether `actual` has at least what `expected` has: each member, and in a list each item somewhere.
 * An empty list is only contained in an empty one; a RegExp stands for a text that it matches.
 */
export function contains(actual: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) return typeof actual === 'string' && expected.test(actual);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return false;
    if (expected.length === 0) return actual.length === 0;
    return expected.every((item) => actual.some((candidate) => contains(candidate, item)));
  }
  if (!isRecord(expected)) return Object.is(actual, expected);
  return isRecord(actual) && Object.entries(expected).every(([key, value]) => contains(actual[key], value));
}
