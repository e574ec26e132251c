import type { Item, Table } from '../../shared/store/table.ts';

/** Read and write units as DynamoDB reckons them, indexes included (developer guide, "Capacity unit consumption"). */
export interface TableCost {
  reads: number;
  writes: number;
}

const bytesOf = (item: Item | undefined) => (item ? Buffer.byteLength(JSON.stringify(item)) : 0);
const units = (bytes: number, size: number) => Math.max(1, Math.ceil(bytes / size));
const placesOf = ({ gsi1pk, gsi2pk, gsi3pk }: Item) =>
  1 + [gsi1pk, gsi2pk, gsi3pk].filter((partition) => partition !== undefined).length;

/** Counts what a table's callers consume. */
export function costed(table: Table): { table: Table; cost: TableCost } {
  const cost: TableCost = { reads: 0, writes: 0 };
  return {
    cost,
    table: {
      async get(key) {
        const item = await table.get(key);
        cost.reads += units(bytesOf(item), 4096);
        return item;
      },
      put(item, expected) {
        cost.writes += units(bytesOf(item), 1024) * placesOf(item);
        return table.put(item, expected);
      },
      remove(key, expected) {
        cost.writes += 1;
        return table.remove(key, expected);
      },
      async query(query) {
        const page = await table.query(query);
        const bytes = page.items.reduce((sum, item) => sum + bytesOf(item), 0);
        cost.reads += units(bytes, 4096) / (query.index ? 2 : 1);
        return page;
      },
    },
  };
}
