import { Conflict } from '../core/errors.ts';
import type { Table } from '../store/table.ts';
import { newPointer, type ServicePointer } from './pointer.ts';

/** Pointers by service. Written only under the service's lease. */
export interface Pointers {
  get(service: string): Promise<ServicePointer>;
  /** As last read or written by this process: for who holds the lease and has read it since. */
  known(service: string): Promise<ServicePointer>;
  /** Changes the pointer and resolves with it as it now is. @throws Conflict when somebody else wrote at the same time */
  change(service: string, change: (pointer: ServicePointer) => ServicePointer): Promise<ServicePointer>;
}

interface Seen {
  pointer: ServicePointer;
  version: number;
}

const keyOf = (service: string) => ({ pk: `service#${service}`, sk: 'pointer' });

export function pointerStore(table: Table): Pointers {
  /** As last seen: whoever holds the service's lease is the only writer, so it is most likely still so. */
  const seen = new Map<string, Seen>();
  async function read(service: string): Promise<Seen> {
    const item = await table.get(keyOf(service));
    const found = { pointer: (item?.pointer ?? newPointer) as ServicePointer, version: item?.version ?? 0 };
    seen.set(service, found);
    return found;
  }
  /** Undefined where somebody else wrote since `known`. */
  async function write(service: string, { pointer, version }: Seen, next: ServicePointer) {
    if (next === pointer) return pointer;
    const item = { ...keyOf(service), version: version + 1, pointer: next };
    if (!(await table.put(item, version))) return undefined;
    seen.set(service, { pointer: next, version: version + 1 });
    return next;
  }
  return {
    get: async (service) => (await read(service)).pointer,
    known: async (service) => (seen.get(service) ?? (await read(service))).pointer,
    async change(service, change) {
      const known = seen.get(service);
      const first = known && (await write(service, known, change(known.pointer)));
      if (first) return first;
      const now = await read(service);
      const second = await write(service, now, change(now.pointer));
      if (!second) throw new Conflict(`service ${service}: its pointer was written by somebody else; try again`);
      return second;
    },
  };
}
