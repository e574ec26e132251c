import type { EventBus } from '../aws/event-bus.ts';
import { Conflict } from '../core/errors.ts';
import { type Instant, iso } from '../core/time.ts';
import type { StateChange } from '../events/ours.ts';
import type { Item, Key, Table } from './table.ts';

/** How one kind of record lies in the table. */
export interface RecordKind<Value> {
  /** Names the sweep's partition: `run`, `deployment`, `delivery`. */
  name: string;
  key(id: string): Key;
  idOf(value: Value): string;
  /** What the state-change event says; a change of it, or of `aspect`, is announced. `aspect` tells stages of one state apart. */
  describe(value: Value): Omit<StateChange['detail'], 'id' | 'version'> & {
    type: StateChange['detail-type'];
    aspect?: string;
  };
  /** A value as an earlier release may have written it, made one of today's. */
  upgrade?(value: Value): Value;
  /** When the sweep looks at it next; undefined where nothing is left to do. */
  dueAt(value: Value): Instant | undefined;
  /** A queue of its own for some states, so that their look-up does not page through the others. */
  queueOf?(value: Value): string | undefined;
  /** Its place in a list (GSI 2), newest first by `sort`. */
  listedUnder?(value: Value): { partition: string; sort: string } | undefined;
  /** When it may be forgotten. */
  expiresAt?(value: Value): Instant | undefined;
}

/** A record as read: `version` guards the next write; `outbox` holds the events not yet known to be published. */
interface Stored<Value> {
  value: Value;
  version: number;
  outbox: Readonly<Record<string, StateChange>>;
}

export interface Records<Value> {
  get(id: string): Promise<Stored<Value> | undefined>;
  /** Creates it, announced; answers with the existing record where there is one. */
  create(value: Value): Promise<{ created: boolean; stored: Stored<Value> }>;
  /**
   * Reads, decides, writes if nobody wrote in between, else again. `decide` returns undefined to leave
   * the record as it is; a changed `state` (or `aspect`) adds its event to the outbox in the same write (rule 3).
   * Resolves with the record as it now is, undefined where there is none.
   * @throws Conflict after many lost races.
   */
  update(id: string, decide: (value: Value) => Value | undefined): Promise<Stored<Value> | undefined>;
  /** Publishes what the outbox holds: the sweep's way of healing a crash between write and PutEvents. */
  flush(id: string): Promise<void>;
  /** Ids due at `now`, longest waiting first. */
  due(now: Instant, limit?: number): Promise<string[]>;
  /** As `due`, page by page, of the queue that `queueOf` names. */
  duePage(
    now: Instant,
    page: { queue?: string; limit?: number; cursor?: string },
  ): Promise<{ ids: string[]; next?: string }>;
  /** `upTo`: from this sort key on, itself included, towards the older ones. */
  list(
    partition: string,
    page?: { limit?: number; cursor?: string; upTo?: string },
  ): Promise<{ values: Value[]; next?: string }>;
}

const races = 20;

export function recordStore<Value>(
  table: Table,
  bus: EventBus,
  kind: RecordKind<Value>,
  now: () => Instant,
): Records<Value> {
  const toItem = (value: Value, version: number, outbox: Stored<Value>['outbox']): Item => {
    const pending = Object.keys(outbox).length > 0;
    const due = pending ? now() : kind.dueAt(value);
    const listed = kind.listedUnder?.(value);
    const expires = kind.expiresAt?.(value);
    return {
      ...kind.key(kind.idOf(value)),
      version,
      id: kind.idOf(value),
      value,
      ...(pending ? { outbox } : {}),
      ...(due === undefined ? {} : { gsi1pk: `due#${kind.queueOf?.(value) ?? kind.name}`, gsi1sk: iso(due) }),
      ...(listed ? { gsi2pk: listed.partition, gsi2sk: listed.sort } : {}),
      ...(expires === undefined ? {} : { expiresAt: Math.ceil(expires / 1000) }),
    };
  };
  const fromItem = (item: Item): Stored<Value> => ({
    value: kind.upgrade ? kind.upgrade(item.value as Value) : (item.value as Value),
    version: item.version,
    outbox: (item.outbox ?? {}) as Stored<Value>['outbox'],
  });
  const announce = (value: Value, version: number): Stored<Value>['outbox'] => {
    const { type, aspect: _, ...said } = kind.describe(value);
    const id = kind.idOf(value);
    return { [`${version}`]: { 'detail-type': type, detail: { id, ...said, version } } };
  };
  const get = async (id: string) => {
    const item = await table.get(kind.key(id));
    return item && fromItem(item);
  };

  /** Publishes, then removes exactly the events published; a crash in between repeats them, which consumers bear. */
  async function publish(id: string, outbox: Stored<Value>['outbox']): Promise<void> {
    const entries = Object.entries(outbox);
    if (entries.length === 0) return;
    const failed = new Set(await bus.put(entries.map(([, event]) => event)));
    const done = new Set(entries.filter((_, index) => !failed.has(index)).map(([eventId]) => eventId));
    for (let attempt = 0; attempt < races; attempt++) {
      const current = await get(id);
      if (!current) return;
      const left = Object.fromEntries(Object.entries(current.outbox).filter(([eventId]) => !done.has(eventId)));
      if (Object.keys(left).length === Object.keys(current.outbox).length) return;
      if (await table.put(toItem(current.value, current.version + 1, left), current.version)) return;
    }
  }

  async function duePage(
    at: Instant,
    { queue = kind.name, limit = 100, cursor }: Parameters<Records<Value>['duePage']>[1],
  ) {
    const bounds = { pk: `due#${queue}`, upTo: iso(at), limit, ...(cursor ? { cursor } : {}) };
    const { items, next } = await table.query({ index: 'gsi1', ...bounds });
    return { ids: items.map((item) => String(item.id)), ...(next ? { next } : {}) };
  }

  return {
    get,
    async create(value) {
      const outbox = announce(value, 1);
      if (await table.put(toItem(value, 1, outbox), 0)) {
        await publish(kind.idOf(value), outbox);
        return { created: true, stored: { value, version: 1, outbox } };
      }
      const stored = await get(kind.idOf(value));
      if (!stored) throw new Conflict(`${kind.name} ${kind.idOf(value)} vanished while it was being created`);
      return { created: false, stored };
    },
    async update(id, decide) {
      for (let attempt = 0; attempt < races; attempt++) {
        const current = await get(id);
        if (!current) return undefined;
        const next = decide(current.value);
        if (next === undefined) return current;
        const version = current.version + 1;
        const [was, is] = [kind.describe(current.value), kind.describe(next)];
        const changed = was.state !== is.state || was.aspect !== is.aspect;
        const outbox = changed ? { ...current.outbox, ...announce(next, version) } : current.outbox;
        if (!(await table.put(toItem(next, version, outbox), current.version))) continue;
        if (changed) await publish(id, outbox);
        return { value: next, version, outbox };
      }
      throw new Conflict(`${kind.name} ${id} was written by others ${races} times in a row; try again`);
    },
    async flush(id) {
      const current = await get(id);
      if (current) await publish(id, current.outbox);
    },
    due: async (at, limit = 100) => (await duePage(at, { limit })).ids,
    duePage,
    async list(partition, page = {}) {
      const { items, next } = await table.query({
        index: 'gsi2',
        pk: partition,
        newestFirst: true,
        limit: 50,
        ...page,
      });
      return { values: items.map((item) => fromItem(item).value), ...(next ? { next } : {}) };
    },
  };
}
