import type { EventBus } from '../../shared/aws/event-bus.ts';
import { type Instant, toInstant } from '../../shared/core/time.ts';
import type { OurEvent, StateChange } from '../../shared/events/ours.ts';
import type { RecordKind } from '../../shared/store/records.ts';

/** The smallest record: a state, what was done to it, and when it is due. */
export interface Thing {
  id: string;
  state: string;
  history: readonly string[];
  due?: Instant;
  expires?: Instant;
  ended?: Instant;
}

export const aThing = (parts: Partial<Thing> = {}): Thing => ({ id: 'a', state: 'new', history: [], ...parts });

export const thingKind: RecordKind<Thing> = {
  name: 'thing',
  key: (id) => ({ pk: `thing#${id}`, sk: 'thing' }),
  idOf: ({ id }) => id,
  describe: ({ state }) => ({ type: 'Run State Change', state, subject: 'things' }),
  dueAt: ({ due }) => due,
  listedUnder: ({ id }) => ({ partition: 'things', sort: id }),
  endedUnder: ({ ended }) => (ended === undefined ? undefined : { partition: 'ends', at: ended }),
  expiresAt: ({ expires }) => expires,
};

export const thingsNow = toInstant('2026-11-20T09:00:00Z');

/** A bus that keeps what it took; `refuse` says which entries of a call fail, or throws. */
export function keepingBus() {
  const kept: OurEvent[] = [];
  const bus: EventBus & { refuse(events: readonly OurEvent[]): number[] } = {
    refuse: () => [],
    async put(events) {
      const failed = bus.refuse(events);
      kept.push(...events.filter((_, index) => !failed.includes(index)));
      return failed;
    },
  };
  return { bus, states: () => kept.map((event) => (event as StateChange).detail.state) };
}
