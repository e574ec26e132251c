import type { Item, Key, Table } from '../../shared/store/table.ts';

const keyOf = ({ pk, sk }: Key) => `${pk}\n${sk}`;
const indexes = ['', 'gsi1', 'gsi2', 'gsi3'] as const;

/** An item in the table or in an index; `place` orders all of a partition. */
interface Entry {
  sort: string;
  place: string;
  item: Item;
}

/** Items of one sort key stand as they came; DynamoDB promises no order, and keeps the one it has. */
function places() {
  const came = new Map<string, number>();
  return (sort: string, key: string) => {
    const name = `${sort}\n${key}`;
    const order = came.get(name) ?? came.size;
    came.set(name, order);
    return `${sort}\n${`${order}`.padStart(9, '0')}`;
  };
}

/** The table as its interface promises it, in memory. */
export function memoryTable(): Table & { items(): Item[] } {
  const items = new Map<string, Item>();
  /** By index and partition, so that thousands of items of others cost a query nothing. */
  const partitions = new Map<string, Map<string, Entry>>();
  const partitionOf = (index: string, item: Item | Key) => `${index}\n${(item as Item)[`${index}pk`] ?? ''}`;
  const placeOf = places();
  const file = (key: string, item: Item | undefined, add: boolean) => {
    if (!item) return;
    for (const index of indexes) {
      if (item[`${index}pk`] === undefined) continue;
      const name = partitionOf(index, item);
      const partition = partitions.get(name) ?? new Map<string, Entry>();
      const sort = String(item[`${index}sk`]);
      if (add) partition.set(key, { sort, place: placeOf(sort, key), item });
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
    file(name, present, false);
    file(name, copy, true);
    if (copy) items.set(name, copy);
    else items.delete(name);
    return true;
  };
  return {
    items: () => [...items.values()],
    get: async (key) => structuredClone(items.get(keyOf(key))),
    put: async (item, expected) => write(item, item, expected),
    remove: async (key, expected) => write(key, undefined, expected),
    async query({ index, pk, from, upTo, newestFirst, limit, cursor }) {
      const found = [...(partitions.get(`${index ?? ''}\n${pk}`)?.values() ?? [])]
        .filter(({ sort }) => (upTo === undefined || sort <= upTo) && (from === undefined || sort >= from))
        .filter(({ place }) => !cursor || (newestFirst ? place < cursor : place > cursor))
        .sort((a, b) => (a.place < b.place === !newestFirst ? -1 : 1));
      const page = found.slice(0, limit);
      // As DynamoDB has it, a full page names a next one, be it empty.
      const last = limit !== undefined && page.length === limit ? page.at(-1) : undefined;
      return { items: structuredClone(page.map(({ item }) => item)), ...(last ? { next: last.place } : {}) };
    },
  };
}
