import type { Item, Key, Table } from '../../shared/store/table.ts';

const keyOf = ({ pk, sk }: Key) => `${pk}\n${sk}`;
const indexes = ['', 'gsi1', 'gsi2'] as const;

/** The table as its interface promises it, in memory; index queries answer all at once. */
export function memoryTable(): Table & { items(): Item[] } {
  const items = new Map<string, Item>();
  /** By index and partition, so that thousands of items of others cost a query nothing. */
  const partitions = new Map<string, Map<string, Item>>();
  const partitionOf = (index: string, item: Item | Key) => `${index}\n${(item as Item)[`${index}pk`] ?? ''}`;
  const place = (key: string, item: Item | undefined, add: boolean) => {
    if (!item) return;
    for (const index of indexes) {
      if (item[`${index}pk`] === undefined) continue;
      const name = partitionOf(index, item);
      const partition = partitions.get(name) ?? new Map<string, Item>();
      if (add) partition.set(key, item);
      else partition.delete(key);
      if (partition.size > 0) partitions.set(name, partition);
      else partitions.delete(name);
    }
  };
  const write = (key: Key, item: Item | undefined, expected: number) => {
    const name = keyOf(key);
    const present = items.get(name);
    if ((present?.version ?? 0) !== expected) return false;
    const copy = item && structuredClone(item);
    place(name, present, false);
    place(name, copy, true);
    if (copy) items.set(name, copy);
    else items.delete(name);
    return true;
  };
  return {
    items: () => [...items.values()],
    get: async (key) => structuredClone(items.get(keyOf(key))),
    put: async (item, expected) => write(item, item, expected),
    remove: async (key, expected) => write(key, undefined, expected),
    async query({ index, pk, upTo, newestFirst, limit }) {
      const sort = index ? `${index}sk` : 'sk';
      const found = [...(partitions.get(`${index ?? ''}\n${pk}`)?.values() ?? [])]
        .filter((item) => upTo === undefined || String(item[sort]) <= upTo)
        .sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1));
      const ordered = newestFirst ? found.reverse() : found;
      return { items: structuredClone(index ? ordered : ordered.slice(0, limit)) };
    },
  };
}
