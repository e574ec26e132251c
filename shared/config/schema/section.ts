import { z } from 'zod';
import { suggestName } from '../nearest.ts';

/** By section: keys that DESIGN.md names and a later issue builds, and where keys belong that people write there. */
export const otherKeys = z.registry<{ future: readonly string[]; places: Readonly<Record<string, string>> }>();

/**
 * A strict object; each of `future` is refused as not built yet, a key of `places` with where it belongs, any other
 * unknown key with the nearest known name.
 */
export function section<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  future: readonly string[] = [],
  places: Readonly<Record<string, string>> = {},
) {
  return z.strictObject(shape).register(otherKeys, { future, places });
}

/** One of `values`; one of `future` is refused as not built yet, one of `meant` with what to write instead. */
export function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  future: string[] = [],
  meant: Readonly<Record<string, string>> = {},
) {
  return z.enum(values, {
    error: ({ input }) => {
      if (typeof input !== 'string') return `must be one of ${values.join(', ')}`;
      if (future.includes(input)) return `\`${input}\` is not built yet; write one of ${values.join(', ')}`;
      const write = Object.hasOwn(meant, input) ? `write ${meant[input]}` : suggestName(input, values);
      return `\`${input.slice(0, 40)}\` is not possible; ${write}`;
    },
  });
}
