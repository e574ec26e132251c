import { waitFor } from '../../local/demo/stage.ts';

/** What `look` finds within half a minute. @throws Error naming what did not come. */
export async function sure<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const found = await waitFor(look, 30_000);
  if (found === undefined) throw new Error(`${what} did not come within 30 s`);
  return found;
}
