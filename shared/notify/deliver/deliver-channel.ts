import type { ChannelConfig } from '../../config/config.ts';
import type { Sent } from '../channels/channel.ts';
import type { ChannelState } from './channel-state.ts';
import { afterSending, isFailing, keepingProbe, paceOf, readyAt, restedUntil } from './decide-channel.ts';
import type { DeliverDeps } from './deliver.ts';
import type { Delivery } from './delivery.ts';

/** One channel while this worker alone sends to it. */
export interface OpenChannel {
  name: string;
  /** Undefined once it is no longer in batuta.yml. */
  config: ChannelConfig | undefined;
  pausedUntil(): number;
  /** Up to when it took nothing, or may have, whatever was sent. */
  restedUntil(): number;
  /** What is wrong with it: since when, and its last answer. */
  trouble(): ChannelState['trouble'];
  /** How long its pace has the next sending wait. */
  readyInMs(): number;
  /** Waits for its pace. */
  ready(): Promise<void>;
  /**
   * Remembers how a sending went; people hear of a channel that does not work, and when it works again. Of a sample that
   * it did not take only whoever sent it hears: that may be the first try of a new address.
   */
  used(delivery: Pick<Delivery, 'id' | 'about'>, sent: Sent): Promise<void>;
  /** Writes down when it was used last, for whoever is next. */
  close(): Promise<void>;
}

const recordAttempts = 4;

/** What was sent and is not recorded is sent once more, so records are tried harder than the SDK does. */
export async function persistently<Result>(
  { sleep }: Pick<DeliverDeps, 'sleep'>,
  record: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await record();
    } catch (error) {
      if (attempt === recordAttempts) throw error;
      await sleep(500 * attempt);
    }
  }
}

const besidesUse = ({ usedAt: _, ...rest }: ChannelState) => JSON.stringify(rest);

export async function openChannel(name: string, deps: DeliverDeps): Promise<OpenChannel> {
  const { config, states, sender, troubles, now, sleep } = deps;
  const channel = config.channels[name];
  const paceMs = channel ? sender.paceMs(channel) : 0;
  let saved = await states.get(name);
  let state = saved;

  async function save(): Promise<void> {
    let next = state;
    await persistently(deps, () =>
      states.update(name, (stored) => {
        next = keepingProbe(state, saved, stored);
        return next;
      }),
    );
    state = next;
    saved = next;
  }
  const readyInMs = () => Math.max(0, readyAt(state, paceMs, now()) - now());
  return {
    name,
    config: channel,
    pausedUntil: () => state.pausedUntil ?? 0,
    restedUntil: () => restedUntil(state),
    trouble: () => state.trouble,
    readyInMs,
    async ready() {
      const waitMs = readyInMs();
      if (waitMs > 0) await sleep(waitMs);
    },
    async used({ id, about }, sent) {
      const next = afterSending(state, { delivery: id, sent, at: now() }, paceMs);
      // Before it is forgotten that there was trouble: a failure in between says it again, which changes nothing.
      if (state.trouble && !next.trouble) await troubles.works(name, now());
      state = next;
      if (besidesUse(state) !== besidesUse(saved)) await save();
      if (!channel || about.kind === 'sample' || !state.trouble || !isFailing(state, sent, now())) return;
      await troubles.failing(channel, state.trouble);
      state = { ...state, trouble: { ...state.trouble, told: true } };
      await save();
    },
    async close() {
      if (paceOf(state, paceMs, now()) > 0 && state.usedAt !== saved.usedAt) await save();
    },
  };
}
