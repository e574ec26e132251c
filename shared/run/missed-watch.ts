import type { RunId } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import type { Item, Table } from '../store/table.ts';

/** What the sweep remembers of what should have run; schedules go by their names in Scheduler. */
export interface Watch {
  /** Every firing that was to be looked at by then has been. */
  lookedAt: Instant;
  /** Schedules whose look failed or was not reached: until when they have been looked at. */
  behind: Readonly<Record<string, Instant>>;
  /** Of a `rate(…)`: its last firing known, or since when one is expected. Only Scheduler knows its rhythm beforehand. */
  rates: Readonly<Record<string, Instant>>;
  /** Since when the functions have had this configuration. */
  config: { hash: string; since: Instant };
  /** By job with `expect`: since when no run has succeeded, and the run that told so. */
  expected: Readonly<Record<string, { since: Instant; lapse?: RunId }>>;
}

export interface WatchStore {
  read(): Promise<{ watch: Watch | undefined; version: number }>;
  /** False where somebody else wrote in between. */
  write(watch: Watch, version: number): Promise<boolean>;
}

const key = { pk: 'watch#schedules', sk: 'watch' };

export const watchStore = (table: Table): WatchStore => ({
  async read() {
    const item = (await table.get(key)) as (Item & { watch: Watch }) | undefined;
    return { watch: item?.watch, version: item?.version ?? 0 };
  },
  write: (watch, version) => table.put({ ...key, version: version + 1, watch }, version),
});
