import { inParallel } from '../run/in-parallel.ts';

/** Does `work` for each item, `width` at a time. After a failure none begins, and what was begun ends before it is thrown. */
export async function untilOneFails<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  await inParallel(items, width, async (item) => {
    if (failures.length > 0) return;
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}
