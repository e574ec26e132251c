import { type Instant, plus } from '../core/time.ts';
import type { Table } from './table.ts';

/** Held by one owner until released or expired. */
interface Lease {
  name: string;
  owner: string;
}

export interface Leases {
  /**
   * Takes the lease, or leaves word for its holder (`poked`) and answers undefined. `ttlMs` must be
   * longer than the function's timeout, so that an expired lease's holder is certainly gone.
   */
  acquire(name: string, ttlMs: number): Promise<Lease | undefined>;
  /** `poked`: someone came by meanwhile, so the lease is kept and the holder looks again. */
  release(lease: Lease): Promise<'released' | 'poked'>;
  /** Gives it up whatever happened, for the way out of a failure. */
  abandon(lease: Lease): Promise<void>;
}

const keyOf = (name: string) => ({ pk: `lease#${name}`, sk: 'lease' });

export function leaseStore(table: Table, now: () => Instant, newOwner: () => string): Leases {
  async function letGo({ name, owner }: Lease, evenIfPoked: boolean): Promise<'released' | 'poked'> {
    for (;;) {
      const item = await table.get(keyOf(name));
      if (item?.owner !== owner) return 'released';
      if (item.poked && !evenIfPoked) {
        const kept = { ...item, poked: false, version: item.version + 1 };
        if (await table.put(kept, item.version)) return 'poked';
      } else if (await table.remove(keyOf(name), item.version)) return 'released';
    }
  }
  return {
    async acquire(name, ttlMs) {
      const owner = newOwner();
      for (;;) {
        const item = await table.get(keyOf(name));
        // Our own put may have succeeded although its answer was lost and the SDK sent it again.
        if (item?.owner === owner) return { name, owner };
        const held = item !== undefined && Number(item.until) > now();
        if (held && item.poked) return undefined;
        const version = (item?.version ?? 0) + 1;
        const until = plus(now(), ttlMs);
        const next = held
          ? { ...item, poked: true, version }
          : { ...keyOf(name), version, owner, until, poked: false, expiresAt: Math.ceil(until / 1000) + 86_400 };
        if (await table.put(next, item?.version ?? 0)) return held ? undefined : { name, owner };
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
