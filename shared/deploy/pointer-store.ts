import { Conflict } from '../core/errors.ts';
import type { Table } from '../store/table.ts';
import { newPointer, type ServicePointer } from './pointer.ts';

/** Pointers by service. Written only under the service's lease. */
export interface Pointers {
  get(service: string): Promise<ServicePointer>;
  /** Changes the pointer and resolves with it as it now is. @throws Conflict when somebody else wrote at the same time */
  change(service: string, change: (pointer: ServicePointer) => ServicePointer): Promise<ServicePointer>;
}

const keyOf = (service: string) => ({ pk: `service#${service}`, sk: 'pointer' });

export function pointerStore(table: Table): Pointers {
  const read = async (service: string) => {
    const item = await table.get(keyOf(service));
    return { pointer: (item?.pointer ?? newPointer) as ServicePointer, version: item?.version ?? 0 };
  };
  return {
    get: async (service) => (await read(service)).pointer,
    async change(service, change) {
      const { pointer, version } = await read(service);
      const next = change(pointer);
      if (next === pointer) return pointer;
      const item = { ...keyOf(service), version: version + 1, pointer: next };
      if (!(await table.put(item, version)))
        throw new Conflict(`service ${service}: its pointer was written by somebody else; try again`);
      return next;
    },
  };
}
