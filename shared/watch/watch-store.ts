import { Conflict } from '../core/errors.ts';
import { type Instant, iso } from '../core/time.ts';
import type { Item, Table } from '../store/table.ts';
import { newWatch, type ServiceWatch } from './service-watch.ts';

/** Watches by service: one conditional item each, listed by when to look again. */
export interface Watches {
  get(service: string): Promise<ServiceWatch>;
  /** Resolves with the watch as it now is; `decide` answers undefined to leave it. @throws Conflict after many lost races */
  update(service: string, decide: (watch: ServiceWatch) => ServiceWatch | undefined): Promise<ServiceWatch>;
  /** Those to look at by `now`. */
  due(now: Instant): Promise<ServiceWatch[]>;
}

const races = 20;
const keyOf = (service: string) => ({ pk: `service#${service}`, sk: 'watch' });
const partition = 'due#watch';

const itemOf = (watch: ServiceWatch, version: number): Item => ({
  ...keyOf(watch.service),
  version,
  watch,
  ...(watch.lookAt === undefined ? {} : { gsi1pk: partition, gsi1sk: iso(watch.lookAt) }),
});
const watchIn = (item: Item | undefined) => item?.watch as ServiceWatch | undefined;

export const watchStore = (table: Table): Watches => ({
  get: async (service) => watchIn(await table.get(keyOf(service))) ?? newWatch(service),
  async update(service, decide) {
    for (let race = 0; race < races; race++) {
      const item = await table.get(keyOf(service));
      const watch = watchIn(item) ?? newWatch(service);
      const next = decide(watch);
      if (!next) return watch;
      const version = item?.version ?? 0;
      if (await table.put(itemOf(next, version + 1), version)) return next;
    }
    throw new Conflict(`the watch of ${service} was written by others ${races} times in a row; try again`);
  },
  async due(now) {
    const found: ServiceWatch[] = [];
    let cursor: string | undefined;
    do {
      const page = await table.query({ index: 'gsi1', pk: partition, upTo: iso(now), ...(cursor ? { cursor } : {}) });
      found.push(...page.items.flatMap((item) => watchIn(item) ?? []));
      cursor = page.next;
    } while (cursor);
    return found;
  },
});
