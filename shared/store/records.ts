import type { EventBus } from '../aws/event-bus.ts';
import { Conflict } from '../core/errors.ts';
import { type Instant, iso } from '../core/time.ts';
import type { StateChange } from '../events/ours.ts';
import { type EndPlace, sortOfEnd } from './ended.ts';
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
  /** Its place among what has ended (GSI 3); undefined until then, and where nobody asks for it. */
  endedUnder?(value: Value): EndPlace | undefined;
  /** When it may be forgotten. */
  expiresAt?(value: Value): Instant | undefined;
}

/** A record as read: `version` guards the next write; `outbox` holds the events not yet known to be published. */
interface Stored<Value> {
  value: Value;
  version: number;
  outbox: Readonly<Record<string, StateChange>>;
  /** Its sort key in GSI 3, which never changes. */
  endedAs?: string;
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
  /** Of a store with `inARow`: waits for what is under way, and clears the outboxes. @throws what failed */
  settle(): Promise<void>;
  /** Ids due at `now`, longest waiting first. */
  due(now: Instant, limit?: number): Promise<string[]>;
  /** As `due`, page by page, of the queue that `queueOf` names. */
  duePage(
    now: Instant,
    page: { queue?: string; limit?: number; cursor?: string },
  ): Promise<{ ids: string[]; next?: string }>;
  /** `upTo`: from this sort key on, itself included, towards the older ones, down to `from`. */
  list(partition: string, page?: ListPage): Promise<{ values: Value[]; next?: string }>;
  /** As `list`, of what has ended, the latest first; a sort key begins with when it counts as ended (ended.ts). */
  listEnded(partition: string, page?: ListPage): Promise<{ values: Value[]; next?: string }>;
}

export interface ListPage {
  limit?: number;
  cursor?: string;
  upTo?: string;
  from?: string;
}

const races = 20;

export interface RecordOptions {
  /**
   * For a holder of a lease that writes several times in a row: events are put while it goes on, what was
   * put leaves the outbox with the next write, and `update` begins from what was last written. Who asks
   * for this calls `settle` before it is done.
   */
  inARow?: boolean;
}

export function recordStore<Value>(
  table: Table,
  bus: EventBus,
  kind: RecordKind<Value>,
  now: () => Instant,
  { inARow = false }: RecordOptions = {},
): Records<Value> {
  const { toItem, fromItem } = itemsOf(kind, now);
  const announce = (value: Value, version: number): Stored<Value>['outbox'] => {
    const { type, aspect: _, ...said } = kind.describe(value);
    const id = kind.idOf(value);
    return { [`${version}`]: { 'detail-type': type, detail: { id, ...said, version } } };
  };
  /** With `inARow`: records as last written, and which of their events EventBridge has. */
  const known = new Map<string, Stored<Value>>();
  const sent = new Map<string, Set<string>>();
  const underWay: Promise<void>[] = [];

  const get = async (id: string) => {
    const item = await table.get(kind.key(id));
    return item && fromItem(item);
  };
  const unsent = (id: string, outbox: Stored<Value>['outbox']) =>
    Object.fromEntries(Object.entries(outbox).filter(([eventId]) => !sent.get(id)?.has(eventId)));

  async function put(id: string, stored: Stored<Value>, expected: number): Promise<boolean> {
    if (!(await table.put(toItem(stored), expected))) return false;
    if (inARow) known.set(id, stored);
    return true;
  }

  /** Resolves with the ids of the events that EventBridge took. */
  async function send(outbox: Stored<Value>['outbox']): Promise<Set<string>> {
    const entries = Object.entries(outbox);
    if (entries.length === 0) return new Set();
    const failed = new Set(await bus.put(entries.map(([, event]) => event)));
    return new Set(entries.filter((_, index) => !failed.has(index)).map(([eventId]) => eventId));
  }

  /** Removes exactly the events that were put; a crash before it repeats them, which consumers bear. */
  async function remove(id: string, done: ReadonlySet<string>): Promise<void> {
    for (let attempt = 0; done.size > 0 && attempt < races; attempt++) {
      const current = await get(id);
      if (!current) return;
      const left = Object.fromEntries(Object.entries(current.outbox).filter(([eventId]) => !done.has(eventId)));
      if (Object.keys(left).length === Object.keys(current.outbox).length) return;
      if (await put(id, { ...current, version: current.version + 1, outbox: left }, current.version)) return;
    }
  }

  async function publish(id: string, outbox: Stored<Value>['outbox']): Promise<void> {
    if (!inARow) return remove(id, await send(outbox));
    const putting = send(unsent(id, outbox)).then((done) => {
      sent.set(id, new Set([...(sent.get(id) ?? []), ...done]));
    });
    // Its failure is `settle`'s to tell.
    putting.catch(() => {});
    underWay.push(putting);
  }

  /** The next version by `decide`; undefined where it leaves the record as it is. */
  function decided(id: string, current: Stored<Value>, decide: (value: Value) => Value | undefined) {
    const value = decide(current.value);
    if (value === undefined) return undefined;
    const version = current.version + 1;
    const [was, is] = [kind.describe(current.value), kind.describe(value)];
    const changed = was.state !== is.state || was.aspect !== is.aspect;
    const outbox = { ...unsent(id, current.outbox), ...(changed ? announce(value, version) : {}) };
    return { changed, stored: { value, version, outbox, ...sortOfEnd(kind, value, now(), current) } };
  }

  async function duePage(
    at: Instant,
    { queue = kind.name, limit = 100, cursor }: Parameters<Records<Value>['duePage']>[1],
  ) {
    const bounds = { pk: `due#${queue}`, upTo: iso(at), limit, ...(cursor ? { cursor } : {}) };
    const { items, next } = await table.query({ index: 'gsi1', ...bounds });
    return { ids: items.map((item) => String(item.id)), ...(next ? { next } : {}) };
  }

  async function listOf(index: 'gsi2' | 'gsi3', pk: string, page: ListPage) {
    const { items, next } = await table.query({ index, pk, newestFirst: true, limit: 50, ...page });
    return { values: items.map((item) => fromItem(item).value), ...(next ? { next } : {}) };
  }

  return {
    get,
    async create(value) {
      const id = kind.idOf(value);
      const created = { value, version: 1, outbox: announce(value, 1), ...sortOfEnd(kind, value, now()) };
      if (await put(id, created, 0)) {
        await publish(id, created.outbox);
        return { created: true, stored: created };
      }
      const stored = await get(id);
      if (!stored) throw new Conflict(`${kind.name} ${id} vanished while it was being created`);
      return { created: false, stored };
    },
    async update(id, decide) {
      const last = known.get(id);
      for (let attempt = 0; attempt < races; attempt++) {
        const isRemembered = attempt === 0 && last !== undefined;
        const current = isRemembered ? last : await get(id);
        if (!current) return undefined;
        const next = decided(id, current, decide);
        // What is remembered may be old: it proves nothing by itself, only a write under its version does.
        if (!next && isRemembered) continue;
        if (!next) return current;
        if (!(await put(id, next.stored, current.version))) continue;
        if (next.changed) await publish(id, next.stored.outbox);
        return next.stored;
      }
      throw new Conflict(`${kind.name} ${id} was written by others ${races} times in a row; try again`);
    },
    async flush(id) {
      const current = await get(id);
      if (current) await publish(id, current.outbox);
    },
    async settle() {
      const outcomes = await Promise.allSettled(underWay.splice(0));
      for (const [id, done] of [...sent]) await remove(id, done);
      sent.clear();
      known.clear();
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    },
    due: async (at, limit = 100) => (await duePage(at, { limit })).ids,
    duePage,
    list: (partition, page = {}) => listOf('gsi2', partition, page),
    listEnded: (partition, page = {}) => listOf('gsi3', partition, page),
  };
}

/** Between records and items of the table. */
function itemsOf<Value>(kind: RecordKind<Value>, now: () => Instant) {
  return {
    toItem({ value, version, outbox, endedAs }: Stored<Value>): Item {
      const pending = Object.keys(outbox).length > 0;
      const due = pending ? now() : kind.dueAt(value);
      const listed = kind.listedUnder?.(value);
      const ended = kind.endedUnder?.(value);
      const expires = kind.expiresAt?.(value);
      return {
        ...kind.key(kind.idOf(value)),
        version,
        id: kind.idOf(value),
        value,
        ...(pending ? { outbox } : {}),
        ...(due === undefined ? {} : { gsi1pk: `due#${kind.queueOf?.(value) ?? kind.name}`, gsi1sk: iso(due) }),
        ...(listed ? { gsi2pk: listed.partition, gsi2sk: listed.sort } : {}),
        ...(ended && endedAs ? { gsi3pk: ended.partition, gsi3sk: endedAs } : {}),
        ...(expires === undefined ? {} : { expiresAt: Math.ceil(expires / 1000) }),
      };
    },
    fromItem: (item: Item): Stored<Value> => ({
      value: kind.upgrade ? kind.upgrade(item.value as Value) : (item.value as Value),
      version: item.version,
      outbox: (item.outbox ?? {}) as Stored<Value>['outbox'],
      ...(item.gsi3sk ? { endedAs: item.gsi3sk } : {}),
    }),
  };
}
