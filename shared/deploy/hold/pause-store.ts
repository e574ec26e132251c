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
  /** Remembers who lifted it; false where there was none. */
  lift(service: string, by: string): Promise<boolean>;
}

const keyOf = (service: string) => ({ pk: `service#${service}`, sk: 'pause' });

export function pauseStore(table: Table, now: () => Instant): Pauses {
  const read = async (service: string) => {
    const item = await table.get(keyOf(service));
    return { pause: item?.pause as Pause | undefined, version: item?.version ?? 0 };
  };
  const holds = (pause: Pause | undefined) => pause !== undefined && (pause.until === undefined || pause.until > now());
  return {
    async get(service) {
      const { pause } = await read(service);
      return holds(pause) ? pause : undefined;
    },
    async set(service, pause) {
      for (;;) {
        const { version } = await read(service);
        if (await table.put({ ...keyOf(service), version: version + 1, pause }, version)) return;
      }
    },
    async lift(service, by) {
      for (;;) {
        const { pause, version } = await read(service);
        if (!holds(pause)) return false;
        const item = { ...keyOf(service), version: version + 1, lifted: { by, at: now() } };
        if (await table.put(item, version)) return true;
      }
    },
  };
}
