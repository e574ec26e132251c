import type { ParamValue } from '../config/config.ts';
import type { Table } from '../store/table.ts';
import type { RunState } from './run.ts';

/** So many items lie in one item of the table; of at most 2 kB each they stay below DynamoDB's 400 kB. */
export const chunkSize = 100;
export const mostItems = 10_000;

export type FanOutItem = Readonly<Record<string, ParamValue>>;
interface Chunk {
  items: readonly FanOutItem[];
  /** How items ended, by their index in the whole. */
  outcomes: Readonly<Record<string, RunState>>;
}

export interface FanOutStore {
  /** Writes all items; those that lie there already stay. */
  put(key: string, items: readonly FanOutItem[], expiresAt: number): Promise<void>;
  /** @throws Error where it is not there. */
  chunk(key: string, number: number): Promise<Chunk>;
  /** Sets outcomes by index; what is set already stays. Resolves with the whole chunk. */
  setOutcomes(key: string, number: number, outcomes: Chunk['outcomes']): Promise<Chunk>;
}

const keyOf = (key: string, number: number) => ({ pk: `fan#${key}`, sk: `chunk#${`${number}`.padStart(4, '0')}` });
/** Writes under way at once: a partition takes 1 000 a second. */
const width = 8;

export function fanOutStore(table: Table): FanOutStore {
  async function read(key: string, number: number) {
    const item = await table.get(keyOf(key, number));
    if (!item) throw new Error(`the items of ${key} lack chunk ${number}; start the job again`);
    return item;
  }
  return {
    async put(key, items, expiresAt) {
      const count = Math.ceil(items.length / chunkSize);
      for (let from = 0; from < count; from += width)
        await Promise.all(
          Array.from({ length: Math.min(width, count - from) }, (_, offset) => {
            const number = from + offset;
            const part = items.slice(number * chunkSize, (number + 1) * chunkSize);
            return table.put({ ...keyOf(key, number), version: 1, items: part, outcomes: {}, expiresAt }, 0);
          }),
        );
    },
    async chunk(key, number) {
      const { items, outcomes } = await read(key, number);
      return { items, outcomes } as Chunk;
    },
    async setOutcomes(key, number, outcomes) {
      for (;;) {
        const item = await read(key, number);
        const next = { ...outcomes, ...(item.outcomes as Chunk['outcomes']) };
        const chunk = { items: item.items, outcomes: next } as Chunk;
        if (Object.keys(next).length === Object.keys(item.outcomes as object).length) return chunk;
        if (await table.put({ ...item, version: item.version + 1, outcomes: next }, item.version)) return chunk;
      }
    },
  };
}
