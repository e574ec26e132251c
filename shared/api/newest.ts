import type { RecordKind, Records } from '../store/records.ts';
import { cursorAfter } from './pages.ts';

interface Page<Value> {
  values: Value[];
  cursor?: string;
}
interface Wanted<Value> {
  /** Lists to be merged: one query each. */
  partitions: readonly string[];
  limit: number;
  /** The sort key that the last page ended with. */
  after?: string | undefined;
  /** Which are wanted; pages may then be shorter than `limit` although there are more. */
  only?: ((value: Value) => boolean) | undefined;
}

/** So many are read, of all lists together, for one page of those that are wanted. */
const mostRead = 2_000;

/** The newest records of several lists, `limit` of them older than `after`. */
export async function newest<Value>(
  records: Pick<Records<Value>, 'list'>,
  kind: RecordKind<Value>,
  { partitions, limit, after, only }: Wanted<Value>,
): Promise<Page<Value>> {
  if (!only) return onePage(records, kind, { partitions, limit, after });
  const values: Value[] = [];
  // What is merged is read once for each list.
  const atOnce = Math.max(limit, partitions.length === 1 ? 100 : 20);
  let position = after;
  for (let read = 0; read < mostRead; read += atOnce * partitions.length) {
    const page = await onePage(records, kind, { partitions, limit: atOnce, after: position });
    for (const value of page.values) {
      position = sortOf(kind, value);
      if (!only(value)) continue;
      values.push(value);
      if (values.length === limit) return { values, cursor: cursorAfter(position) };
    }
    if (!page.cursor) return { values };
  }
  return { values, ...(position === undefined ? {} : { cursor: cursorAfter(position) }) };
}

async function onePage<Value>(
  records: Pick<Records<Value>, 'list'>,
  kind: RecordKind<Value>,
  { partitions, limit, after }: Wanted<Value>,
): Promise<Page<Value>> {
  // One for the cursor's own, which the bound includes, and one to see whether there are more.
  const bounds = { limit: limit + 2, ...(after === undefined ? {} : { upTo: after }) };
  const lists = await Promise.all(partitions.map((partition) => firstOf(records, partition, bounds)));
  const found = lists
    .flat()
    .map((value) => ({ value, sort: sortOf(kind, value) }))
    .filter(({ sort }) => sort !== after)
    .sort((a, b) => (a.sort < b.sort ? 1 : -1));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    values: page.map(({ value }) => value),
    ...(last && found.length > limit ? { cursor: cursorAfter(last.sort) } : {}),
  };
}

/** A query's answer ends at 1 MB, which records with long outputs reach (DynamoDB, Query). */
async function firstOf<Value>(
  records: Pick<Records<Value>, 'list'>,
  partition: string,
  { limit, ...bounds }: { limit: number; upTo?: string },
): Promise<Value[]> {
  const found: Value[] = [];
  let cursor: string | undefined;
  do {
    const page = { ...bounds, limit: limit - found.length, ...(cursor ? { cursor } : {}) };
    const { values, next } = await records.list(partition, page);
    found.push(...values);
    cursor = next;
  } while (cursor && found.length < limit);
  return found;
}

const sortOf = <Value>(kind: RecordKind<Value>, value: Value) => kind.listedUnder?.(value)?.sort ?? '';
