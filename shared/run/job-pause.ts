import type { Instant } from '../core/time.ts';
import { type Pause, type PauseItem, type Pauses, pauseStore } from '../store/pauses.ts';
import type { Table } from '../store/table.ts';

export interface JobPauses extends Pauses {
  /** The present pause and those before it, as far as they are remembered; `until` is when they ended, or will. */
  history(job: string): Promise<readonly Pause[]>;
}

const keyOf = (job: string) => ({ pk: `job#${job}`, sk: 'pause' });

/** A paused job's schedules fire and start nothing; it can still be run by hand. */
export function jobPauses(table: Table, now: () => Instant): JobPauses {
  return {
    ...pauseStore(table, now, keyOf),
    async history(job) {
      const { pause, past = [] } = ((await table.get(keyOf(job))) ?? {}) as Partial<PauseItem>;
      return [...past, ...(pause ? [pause] : [])];
    },
  };
}

/** For `filter` and `some`: whether a pause was in force at that time. */
export const heldAt = (time: Instant) => (pause: Pause) =>
  pause.at <= time && (pause.until === undefined || pause.until > time);
