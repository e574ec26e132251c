import { setImmediate as turn } from 'node:timers/promises';
import { virtualClock } from '../../local/clock.ts';
import type { EventBus } from '../../shared/aws/event-bus.ts';
import type { ChannelConfig, Config, RouteConfig } from '../../shared/config/config.ts';
import { deploymentIdOf } from '../../shared/core/ids.ts';
import { type Instant, toInstant } from '../../shared/core/time.ts';
import type { DeploymentState } from '../../shared/deploy/deployment.ts';
import { parseDeliveryWanted } from '../../shared/events/delivery-wanted.ts';
import { type OurEvent, SOURCE, type StateChange } from '../../shared/events/ours.ts';
import type { Post, Sent } from '../../shared/notify/channels/channel.ts';
import { channelStates } from '../../shared/notify/deliver/channel-state.ts';
import { deliverNotifications } from '../../shared/notify/deliver/deliver.ts';
import { channelTroubles } from '../../shared/notify/deliver/deliver-troubles.ts';
import type { About } from '../../shared/notify/deliver/delivery.ts';
import { sweepDeliveries } from '../../shared/notify/deliver/sweep-deliveries.ts';
import { want } from '../../shared/notify/deliver/want.ts';
import { notify } from '../../shared/notify/notify.ts';
import { leaseStore } from '../../shared/store/lease.ts';
import type { Table } from '../../shared/store/table.ts';
import { aDeployment } from './deployments.ts';
import { memoryTable } from './memory-table.ts';
import { recordStores } from './record-stores.ts';

export interface Told {
  channel: string;
  about: string;
  news: string;
  id: string;
  /** When the request began. */
  at: number;
  sent: Sent;
  quiet: boolean;
  mentions: readonly string[];
}

export interface FakeChannel {
  /** Absent: a webhook. */
  config?: ChannelConfig;
  paceMs?: number;
  /** What it answers; it takes the message where it says `sent`. */
  answer?: (post: Post<ChannelConfig>, at: number) => Sent | Promise<Sent>;
}

class Crash extends Error {
  override readonly name = 'Crash';
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const workMs = 120_000;
/** Then Lambda ends the function, wherever it is. */
const lambdaMs = 180_000;
const eventMs = 5;

export const ok: Sent = { kind: 'sent' };
export const retry = (why: string, afterMs?: number): Sent =>
  afterMs === undefined ? { kind: 'retry', why } : { kind: 'retry', why, afterMs };
/** A 429 that says no time. */
export const limited: Sent = { kind: 'retry', why: 'it answered HTTP 429', limited: true };
export const refused = (scope: 'channel' | 'message', why = 'it answered HTTP 404'): Sent => ({
  kind: 'refused',
  scope,
  why,
});

/** The worker and the sweep on a virtual clock, with a table in memory and channels that answer as a test says. */
export function deliveryWorld(
  fakes: Readonly<Record<string, FakeChannel>>,
  options: {
    watchTable?: (table: Table) => Table;
    only?: RouteConfig['only'];
    /** A real receiver is being asked: meanwhile the clock stands still. */
    isBusy?: () => boolean;
    /** Hears of every event of ours besides. */
    hear?: (event: OurEvent) => Promise<void>;
  } = {},
) {
  const clock = virtualClock(undefined, async () => {
    do await turn();
    while (options.isBusy?.());
  });
  const now = () => toInstant(clock.now());
  const memory = memoryTable();
  const table = options.watchTable?.(memory) ?? memory;
  const told: Told[] = [];
  const errors: Error[] = [];
  const crash = { at: Number.POSITIVE_INFINITY, calls: 0 };
  const configOf = (name: string): ChannelConfig =>
    fakes[name]?.config ?? { name, type: 'webhook', url: 'https://x.test', secrets: [] };
  const route: RouteConfig = {
    when: {},
    to: Object.keys(fakes),
    only: options.only ?? 'all',
    continue: false,
    mute: [],
    mentions: [],
    repeatMs: 4 * 3_600_000,
  };
  const channels = Object.fromEntries(Object.keys(fakes).map((name) => [name, configOf(name)]));
  const config: Pick<Config, 'channels' | 'routes'> = { channels, routes: [route] };
  let owners = 0;

  const bus: EventBus = {
    async put(events) {
      for (const event of events) clock.setTimer(eventMs, () => void invoke(event));
      return [];
    },
  };
  const sleep = (ms: number) => clock.sleep(ms);

  /** What an invocation reaches; after the call `crash.at` of all, or when its time is up, it is gone. */
  function process() {
    const endsAt = clock.now() + lambdaMs;
    let gone = false;
    const mortal =
      <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        if (gone) throw new Crash('gone');
        const isLast = ++crash.calls === crash.at;
        const result = await call(...args);
        if (!isLast && clock.now() < endsAt) return result;
        gone = true;
        throw new Crash('gone');
      };
    const own: Table = {
      get: mortal((key) => table.get(key)),
      put: mortal((item, expected) => table.put(item, expected)),
      remove: mortal((key, expected) => table.remove(key, expected)),
      query: mortal((query) => table.query(query)),
    };
    const ownBus: EventBus = { put: mortal((events) => bus.put(events)) };
    return { table: own, bus: ownBus, send: mortal(send), sleep: mortal(sleep) };
  }

  const storesOf = (own: Table, ownBus: EventBus) => ({
    ...recordStores(own, ownBus, now),
    leases: leaseStore(own, now, () => `owner-${owners++}`),
  });
  const stores = storesOf(table, bus);

  async function send(post: Post<ChannelConfig>): Promise<Sent> {
    const { channel, message, id, mentions } = post;
    const at = clock.now();
    const sent = (await fakes[channel.name]?.answer?.(post, at)) ?? ok;
    const about = id.slice(channel.name.length + 1, -message.news.length - 1);
    told.push({ channel: channel.name, about, news: message.news, id, at, sent, quiet: post.quiet ?? false, mentions });
    return sent;
  }

  async function invoke(event: OurEvent): Promise<void> {
    await options.hear?.(event)?.catch((error: Error) => errors.push(error));
    const parsed = parseDeliveryWanted({ source: SOURCE, ...event });
    if (parsed.kind !== 'event') return;
    const own = process();
    const ownStores = storesOf(own.table, own.bus);
    const until = clock.now() + workMs;
    const deps = {
      stores: ownStores,
      states: channelStates(own.table, now),
      troubles: channelTroubles(ownStores, now),
      bus: own.bus,
      sender: { paceMs: ({ name }: ChannelConfig) => fakes[name]?.paceMs ?? 0, send: own.send },
      sleep: own.sleep,
      ...{ config, log: quiet, now },
    };
    await deliverNotifications(parsed.value, deps, () => until - clock.now()).catch((error: Error) => {
      if (!/gone/.test(error.message)) errors.push(error);
    });
  }

  const sweep = () => {
    clock.setTimer(60_000, sweep);
    void sweepDeliveries({ stores, config, bus, now }).catch((error: Error) => errors.push(error));
  };
  clock.setTimer(60_000, sweep);

  return {
    ...{ clock, now, memory, stores, told, errors, crash, config },
    states: channelStates(table, now),
    replay: { stores, now },
    /** An event of a pending delivery arrives. */
    wake: (detail: StateChange['detail']) => invoke({ 'detail-type': 'Delivery State Change', detail }),
    pass: (seconds: number) => clock.advance(seconds * 1000),
    /**
     * The deployment `name` comes to `state`, and the channels are to hear of it; as send-notification does it.
     * `subject`: within what news is told in order; by itself each deployment is one.
     */
    async news(
      name: string,
      state: DeploymentState,
      channels: readonly string[] = Object.keys(fakes),
      { subject, mutedUntil, mentions = [] }: { subject?: string; mutedUntil?: Instant; mentions?: string[] } = {},
    ) {
      const id = deploymentIdOf(name);
      const { created } = await stores.deployments.create(aDeployment({ id, state }));
      if (!created) await stores.deployments.update(id, (deployment) => ({ ...deployment, state }));
      const version = (await stores.deployments.get(id))?.version ?? 0;
      const about = { kind: 'deployment', id } as const;
      for (const channel of channels) {
        const hearer = { channel, mentions, ...(mutedUntil === undefined ? {} : { mutedUntil }) };
        await want(hearer, { about, version, news: state, subject }, 'beginning', { stores, now });
      }
    },
    /** A state change of the record is handled. */
    hear: (about: About) => notify(about, { stores, config, silences: async () => [], now }),
    /** The names of what a channel took, in order. */
    took: (channel: string) => told.filter(({ channel: by, sent }) => by === channel && sent.kind === 'sent'),
    delivery: async (channel: string, name: string) =>
      (await stores.deliveries.get(`${channel}:${deploymentIdOf(name)}`))?.value,
  };
}
export type DeliveryWorld = ReturnType<typeof deliveryWorld>;
