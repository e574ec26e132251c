import { type Instant, plus } from '../../core/time.ts';
import type { Item, Table } from '../../store/table.ts';

/** What is wrong with a channel, from the first sending that failed until one succeeds. */
export interface ChannelTrouble {
  since: Instant;
  /** Sendings that failed in a row. */
  times: number;
  /** The delivery that failed first. */
  of: string;
  /** It takes nothing, whatever is sent; else it may be that one message alone. */
  wide: boolean;
  /** The channel's last answer. */
  why: string;
  /** Deliveries that it did not take and that are tried again, the first of them. */
  tried?: readonly string[];
  /** Refusals in a row by which its address is no more. */
  gone?: number;
  /** It was told on other channels. */
  told?: true;
}

/** What is remembered of a channel from one invocation to the next. */
export interface ChannelState {
  name: string;
  /** When the receiver last answered, for the channel's pace. */
  usedAt?: Instant;
  /** Nothing is sent before. */
  pausedUntil?: Instant;
  /** Up to when it rested or was in trouble last. */
  restedUntil?: Instant;
  /** The receiver named that time itself. */
  asked?: true;
  /** The receiver is slower than its type's pace: kept until an hour after it last said so. */
  slower?: { paceMs: number; until: Instant };
  trouble?: ChannelTrouble;
}

export interface ChannelStates {
  get(name: string): Promise<ChannelState>;
  /** Conditional, by the item's version; `decide` answers undefined to leave it as it is. */
  update(name: string, decide: (state: ChannelState) => ChannelState | undefined): Promise<void>;
  /** Names of `configured` and of those that were before and may still have something waiting. */
  names(configured: readonly string[]): Promise<string[]>;
  forget(names: readonly string[]): Promise<void>;
}

const keptMs = 90 * 86_400_000;
const races = 20;
const keyOf = (name: string) => ({ pk: `channel#${name}`, sk: 'channel' });
const namesKey = { pk: 'channels', sk: 'channels' };

const namesIn = (item: Item | undefined) => (item?.names ?? []) as string[];

export function channelStates(table: Table, now: () => Instant): ChannelStates {
  async function updateNames(change: (names: readonly string[]) => string[]): Promise<string[]> {
    const item = await table.get(namesKey);
    const names = change(namesIn(item));
    const [version, isSame] = [item?.version ?? 0, names.join('\n') === namesIn(item).join('\n')];
    // A race is lost to another sweep, or made up for by the next.
    if (!isSame) await table.put({ ...namesKey, names, version: version + 1 }, version);
    return names;
  }
  return {
    get: async (name) => ((await table.get(keyOf(name)))?.state ?? { name }) as ChannelState,
    async update(name, decide) {
      for (let attempt = 0; attempt < races; attempt++) {
        const item = await table.get(keyOf(name));
        const state = decide((item?.state ?? { name }) as ChannelState);
        if (!state) return;
        const version = (item?.version ?? 0) + 1;
        const expiresAt = Math.ceil(plus(now(), keptMs) / 1000);
        if (await table.put({ ...keyOf(name), state, version, expiresAt }, version - 1)) return;
      }
      throw new Error(`the state of the channel ${name} was written by others ${races} times in a row`);
    },
    names: (configured) => updateNames((known) => [...new Set([...known, ...configured])].sort()),
    forget: async (gone) =>
      void (gone.length > 0 && (await updateNames((known) => known.filter((name) => !gone.includes(name))))),
  };
}
