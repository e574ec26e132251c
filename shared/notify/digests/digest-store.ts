import { type Instant, plus } from '../../core/time.ts';
import type { Item, Table } from '../../store/table.ts';
import type { Digest } from './digest.ts';
import type { NamesSeen } from './digest-names.ts';

/** As long as a delivery of it: what is replayed reads the same. */
const keptMs = 90 * 86_400_000;

export interface Digests {
  get(id: string): Promise<Digest | undefined>;
  /** Leaves one that is there as it is: whoever comes first has made it. */
  create(digest: Digest): Promise<void>;
}

const keyOf = (id: string) => ({ pk: `digest#${id}`, sk: 'digest' });

export const digestStore = (table: Table): Digests => ({
  get: async (id) => ((await table.get(keyOf(id))) as (Item & { value: Digest }) | undefined)?.value,
  async create(value) {
    const expiresAt = Math.ceil(plus(value.madeAt, keptMs) / 1000);
    await table.put({ ...keyOf(value.id), id: value.id, version: 1, value, expiresAt }, 0);
  },
});

/** Up to when digests have been made. */
export interface DigestWatch {
  lookedAt: Instant;
  /** By the digest's key: every one whose time had come by then is made, and its deliveries are there. */
  upTo: Readonly<Record<string, Instant>>;
  /** Absent in those of former releases. */
  seen?: NamesSeen;
}

const watchKey = { pk: 'watch#digests', sk: 'watch' };

export const digestWatch = (table: Table) => ({
  async read(): Promise<{ watch: DigestWatch | undefined; version: number }> {
    const item = (await table.get(watchKey)) as (Item & { watch: DigestWatch }) | undefined;
    return { watch: item?.watch, version: item?.version ?? 0 };
  },
  /** False where somebody else wrote in between. */
  write: (watch: DigestWatch, version: number) => table.put({ ...watchKey, version: version + 1, watch }, version),
});
