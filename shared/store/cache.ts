import { type Instant, plus } from '../core/time.ts';
import type { Table } from './table.ts';

/** What can be found again at a price: kept until it expires, by whoever wrote last. */
export interface Cache {
  /** The text under `key`, undefined where there is none or it has expired. */
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, ttlMs: number): Promise<void>;
  forget(key: string): Promise<void>;
}

const keyOf = (key: string) => ({ pk: `cache#${key}`, sk: 'cache' });

export function cacheStore(table: Table, now: () => Instant): Cache {
  return {
    async get(key) {
      const item = await table.get(keyOf(key));
      return item && Number(item.until) > now() ? String(item.text) : undefined;
    },
    async set(key, text, ttlMs) {
      const until = plus(now(), ttlMs);
      const item = { ...keyOf(key), text, until, expiresAt: Math.ceil(until / 1000) };
      if (await table.put({ ...item, version: 1 }, 0)) return;
      const present = await table.get(keyOf(key));
      // A writer in between has written the same.
      if (present) await table.put({ ...item, version: present.version + 1 }, present.version);
    },
    async forget(key) {
      const present = await table.get(keyOf(key));
      if (present) await table.remove(keyOf(key), present.version);
    },
  };
}
