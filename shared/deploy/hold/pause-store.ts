import type { Instant } from '../../core/time.ts';
import type { Table } from '../../store/table.ts';

/** A person keeps a service as it is: nothing is rolled out to it until somebody resumes it, or `until`. */
export interface Pause {
  /** The token's id. */
  by: string;
  at: Instant;
  why?: string;
  until?: Instant;
}

export interface Pauses {
  /** Undefined where there is none, or it is over. */
  get(service: string): Promise<Pause | undefined>;
  set(service: string, pause: Pause): Promise<void>;
  /** False where there was none. */
  clear(service: string): Promise<boolean>;
}

const keyOf = (service: string) => ({ pk: `service#${service}`, sk: 'pause' });

export function pauseStore(table: Table, now: () => Instant): Pauses {
  const read = async (service: string) => {
    const item = await table.get(keyOf(service));
    return { pause: item?.pause as Pause | undefined, version: item?.version ?? 0 };
  };
  return {
    async get(service) {
      const { pause } = await read(service);
      return pause && (pause.until === undefined || pause.until > now()) ? pause : undefined;
    },
    async set(service, pause) {
      for (;;) {
        const { version } = await read(service);
        if (await table.put({ ...keyOf(service), version: version + 1, pause }, version)) return;
      }
    },
    async clear(service) {
      for (;;) {
        const { pause, version } = await read(service);
        if (version === 0) return false;
        if (await table.remove(keyOf(service), version))
          return pause !== undefined && (pause.until === undefined || pause.until > now());
      }
    },
  };
}
