import type { Instant } from '../core/time.ts';
import type { Item, Key, Table } from './table.ts';

/** A person keeps a service, or a job's schedules, as they are until somebody resumes them, or `until`. */
export interface Pause {
  /** The token's id. */
  by: string;
  at: Instant;
  why?: string;
  until?: Instant;
}

export interface Pauses {
  /** Undefined where there is none, or it is over. */
  get(name: string): Promise<Pause | undefined>;
  set(name: string, pause: Pause): Promise<void>;
  /** Remembers who lifted it; false where there was none. */
  lift(name: string, by: string): Promise<boolean>;
}

/** Pauses that are over, `until` when they ended; the latest ones, oldest first. */
const mostPast = 10;

export interface PauseItem extends Item {
  pause?: Pause;
  past?: readonly Pause[];
}

/** What the item remembers of the pauses before, the present one ended. */
function pastOf({ pause, past = [] }: PauseItem, at: Instant): readonly Pause[] {
  if (!pause) return past;
  const until = pause.until === undefined || pause.until > at ? at : pause.until;
  return [...past, { ...pause, until }].slice(-mostPast);
}

/** `keyOf`: where the pause of a service or job lies. */
export function pauseStore(table: Table, now: () => Instant, keyOf: (name: string) => Key): Pauses {
  const read = async (name: string) => ((await table.get(keyOf(name))) as PauseItem) ?? { ...keyOf(name), version: 0 };
  const holds = ({ pause }: PauseItem) => pause !== undefined && (pause.until === undefined || pause.until > now());
  /** Replaces the pause by what `change` says, undefined where it leaves it; false then. */
  async function write(name: string, change: (item: PauseItem) => object | undefined): Promise<boolean> {
    for (;;) {
      const item = await read(name);
      const changed = change(item);
      if (!changed) return false;
      const next = { ...keyOf(name), version: item.version + 1, past: pastOf(item, now()), ...changed };
      if (await table.put(next, item.version)) return true;
    }
  }
  return {
    async get(name) {
      const item = await read(name);
      return holds(item) ? item.pause : undefined;
    },
    set: async (name, pause) => void (await write(name, () => ({ pause }))),
    lift: (name, by) => write(name, (item) => (holds(item) ? { lifted: { by, at: now() } } : undefined)),
  };
}

export const servicePauses = (table: Table, now: () => Instant): Pauses =>
  pauseStore(table, now, (service) => ({ pk: `service#${service}`, sk: 'pause' }));
