import type { Instant } from '../core/time.ts';
import { type Pause, type PauseItem, type Pauses, pauseStore } from '../store/pauses.ts';
import type { Table } from '../store/table.ts';

export interface JobPauses extends Pauses {
  /** The pause in force at that time, also one that is over by now, as far as it is remembered (the last ten). */
  at(job: string, time: Instant): Promise<Pause | undefined>;
}

const keyOf = (job: string) => ({ pk: `job#${job}`, sk: 'pause' });

/** A paused job's schedules fire and start nothing; it can still be run by hand. */
export function jobPauses(table: Table, now: () => Instant): JobPauses {
  return {
    ...pauseStore(table, now, keyOf),
    async at(job, time) {
      const { pause, past = [] } = ((await table.get(keyOf(job))) ?? {}) as Partial<PauseItem>;
      return [...past, ...(pause ? [pause] : [])].find(
        ({ at, until }) => at <= time && (until === undefined || until > time),
      );
    },
  };
}
