import type { Item, Key, Table } from '../../shared/store/table.ts';

const keyOf = ({ pk, sk }: Key) => `${pk}\n${sk}`;

/** The table as its interface promises it, in memory; index queries answer all at once. */
export function memoryTable(): Table & { items(): Item[] } {
  const items = new Map<string, Item>();
  const write = (key: Key, item: Item | undefined, expected: number) => {
    if ((items.get(keyOf(key))?.version ?? 0) !== expected) return false;
    if (item) items.set(keyOf(key), structuredClone(item));
    else items.delete(keyOf(key));
    return true;
  };
  return {
    items: () => [...items.values()],
    get: async (key) => structuredClone(items.get(keyOf(key))),
    put: async (item, expected) => write(item, item, expected),
    remove: async (key, expected) => write(key, undefined, expected),
    async query({ index, pk, upTo, newestFirst, limit }) {
      const partition = index ? `${index}pk` : 'pk';
      const sort = index ? `${index}sk` : 'sk';
      const found = [...items.values()]
        .filter((item) => item[partition] === pk && (upTo === undefined || String(item[sort]) <= upTo))
        .sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1));
      const ordered = newestFirst ? found.reverse() : found;
      return { items: structuredClone(index ? ordered : ordered.slice(0, limit)) };
    },
  };
}
