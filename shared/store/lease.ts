import { type Instant, plus } from '../core/time.ts';
import type { Item, Table } from './table.ts';

/** Held by one owner until released or expired. */
interface Lease {
  name: string;
  owner: string;
}

export interface Leases {
  /**
   * Takes the lease, or leaves word for its holder and answers undefined. `ttlMs` must be longer than
   * the function's timeout, so that an expired lease's holder is certainly gone. `word` is what the
   * holder should look at: an index may not show it yet when it looks again.
   */
  acquire(name: string, ttlMs: number, word?: string): Promise<Lease | undefined>;
  /** The words left meanwhile (the lease is kept, and the holder looks again), or undefined: it is given back. */
  release(lease: Lease): Promise<string[] | undefined>;
  /** Gives it up whatever happened, for the way out of a failure. */
  abandon(lease: Lease): Promise<void>;
}

const keyOf = (name: string) => ({ pk: `lease#${name}`, sk: 'lease' });
/** More than these are found by looking around: the sweep's work, if an index is late. */
const mostWords = 100;

interface Held extends Item {
  owner: string;
  until: number;
  /** Someone came by; `words` is what they left. */
  poked: boolean;
  words: string[];
}

const withWord = (held: Held, word: string | undefined): Held => ({
  ...held,
  poked: true,
  words:
    word === undefined || held.words.includes(word) || held.words.length >= mostWords
      ? held.words
      : [...held.words, word],
  version: held.version + 1,
});

export function leaseStore(table: Table, now: () => Instant, newOwner: () => string): Leases {
  const read = async (name: string) => (await table.get(keyOf(name))) as Held | undefined;

  function taken(name: string, owner: string, ttlMs: number, version: number): Held {
    const until = plus(now(), ttlMs);
    const expiresAt = Math.ceil(until / 1000) + 86_400;
    return { ...keyOf(name), version, owner, until, poked: false, words: [], expiresAt };
  }

  async function letGo({ name, owner }: Lease, evenIfPoked: boolean): Promise<string[] | undefined> {
    for (;;) {
      const item = await read(name);
      if (item?.owner !== owner) return undefined;
      if (item.poked && !evenIfPoked) {
        const kept: Held = { ...item, poked: false, words: [], version: item.version + 1 };
        if (await table.put(kept, item.version)) return item.words;
      } else if (await table.remove(keyOf(name), item.version)) return undefined;
    }
  }
  return {
    async acquire(name, ttlMs, word) {
      const owner = newOwner();
      // Usually nobody holds it, and one write is all.
      if (await table.put(taken(name, owner, ttlMs, 1), 0)) return { name, owner };
      for (;;) {
        const item = await read(name);
        // Our own put may have succeeded although its answer was lost and the SDK sent it again.
        if (item?.owner === owner) return { name, owner };
        if (item && item.until > now()) {
          const told = withWord(item, word);
          if ((item.poked && told.words === item.words) || (await table.put(told, item.version))) return undefined;
          continue;
        }
        const known = item?.version ?? 0;
        if (await table.put(taken(name, owner, ttlMs, known + 1), known)) return { name, owner };
      }
    },
    release: (lease) => letGo(lease, false),
    abandon: async (lease) => void (await letGo(lease, true)),
  };
}

/** Does the work under the lease; nothing where somebody else is at it. Given back whatever happens. */
export async function alone(leases: Leases, name: string, ttlMs: number, work: () => Promise<void>): Promise<void> {
  const lease = await leases.acquire(name, ttlMs);
  if (!lease) return;
  try {
    await work();
  } finally {
    await leases.abandon(lease);
  }
}
