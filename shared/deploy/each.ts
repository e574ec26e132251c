/**
 * Does `work` for one after the other; a failure keeps none of the rest from its turn.
 * @throws what failed: the error itself, or an AggregateError of several.
 */
export async function forEachInTurn<Value>(
  values: Iterable<Value>,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const value of values) await work(value).catch((error: unknown) => void errors.push(error));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    const messages = errors.map((error) => (error as Error).message).join('; ');
    throw new AggregateError(errors, messages);
  }
}
