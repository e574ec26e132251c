import type { RouteConfig } from '../../config/config.ts';
import { BadRequest } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Item, Table } from '../../store/table.ts';

/** Nothing new is told of what matches, until a time; alerts go on counting. */
export interface Silence {
  id: string;
  /** As a route's `when`; without any: everything. */
  matchers: RouteConfig['when'];
  until: Instant;
  /** The token's id. */
  by: string;
  why: string;
  createdAt: Instant;
}

export interface Silences {
  /** @throws BadRequest 409 where there are a hundred already */
  create(silence: Pick<Silence, 'matchers' | 'until' | 'by' | 'why'>): Promise<Silence>;
  /** Those that are not over, the first to end first. */
  list(): Promise<readonly Silence[]>;
  /** Ends it; false where there is none such. */
  remove(id: string): Promise<boolean>;
}

const most = 100;
const key = { pk: 'silences', sk: 'silences' };

/** All of them in one item: they are few, and each piece of news asks for all. */
export function silenceStore(table: Table, now: () => Instant, newId: () => string): Silences {
  const read = async () => {
    const item: Item & { silences?: Silence[] } = (await table.get(key)) ?? { ...key, version: 0 };
    const silences = (item.silences ?? []).filter(({ until }) => until > now());
    return { version: item.version, silences: silences.sort((a, b) => a.until - b.until) };
  };
  /** Writes what `change` makes of them; false where it changes nothing. */
  async function write(change: (silences: Silence[]) => Silence[]): Promise<boolean> {
    for (;;) {
      const { version, silences } = await read();
      const next = change(silences);
      if (next.length === silences.length) return false;
      const expiresAt = Math.ceil(Math.max(...next.map(({ until }) => until), now()) / 1000);
      if (await table.put({ ...key, version: version + 1, silences: next, expiresAt }, version)) return true;
    }
  }
  return {
    async create(given) {
      const silence = { id: `s-${newId()}`, ...given, createdAt: now() };
      await write((silences) => {
        if (silences.length >= most)
          throw new BadRequest(409, `there are ${most} silences already; remove one that is no longer needed`);
        return [...silences, silence];
      });
      return silence;
    },
    list: async () => (await read()).silences,
    remove: (id) => write((silences) => silences.filter((silence) => silence.id !== id)),
  };
}

const cachedMs = 30_000;

/** The silences as they were at most 30 s ago. */
export function silenceReader({ list }: Pick<Silences, 'list'>, now: () => Instant): () => Promise<readonly Silence[]> {
  let known: { silences: readonly Silence[]; at: Instant } | undefined;
  return async () => {
    if (!known || now() - known.at >= cachedMs) known = { silences: await list(), at: now() };
    return known.silences.filter(({ until }) => until > now());
  };
}
