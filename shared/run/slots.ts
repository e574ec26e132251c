import type { Instant } from '../core/time.ts';
import type { Item, Table } from '../store/table.ts';

/** Who counts in a limit, and how many wait for it. Written by the launch worker alone. */
export interface Slots {
  /** Ids of the runs that are let in, oldest first. */
  running: readonly string[];
  /** How many lie in the queue; a crash may leave it wrong by one until it is counted again. */
  waiting: number;
  /** When it was last made sure that those in `running` still go on. */
  checkedAt: Instant;
}

export interface SlotStore {
  get(scope: string): Promise<Slots>;
  /** Reads, changes and writes; undefined from `change` leaves it. Resolves with what is there then. */
  change(scope: string, change: (slots: Slots) => Slots | undefined): Promise<Slots>;
}

const keyOf = (scope: string) => ({ pk: `slots#${scope}`, sk: 'slots' });
const none: Slots = { running: [], waiting: 0, checkedAt: 0 as Instant };
const slotsOf = (item: Item | undefined): Slots => (item?.slots as Slots | undefined) ?? none;

export function slotStore(table: Table): SlotStore {
  return {
    get: async (scope) => slotsOf(await table.get(keyOf(scope))),
    async change(scope, change) {
      for (;;) {
        const item = await table.get(keyOf(scope));
        const slots = slotsOf(item);
        const next = change(slots);
        if (!next) return slots;
        const version = item?.version ?? 0;
        if (await table.put({ ...keyOf(scope), version: version + 1, slots: next }, version)) return next;
      }
    },
  };
}
