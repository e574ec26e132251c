import type { ChannelConfig, Config, RouteConfig } from '../../shared/config/config.ts';
import type { DeploymentId, RunId } from '../../shared/core/ids.ts';
import { type Instant, plus, toInstant } from '../../shared/core/time.ts';
import type { StateChange } from '../../shared/events/ours.ts';
import type { AlertSubject, Trouble } from '../../shared/notify/alerts/alert.ts';
import { noteOver, noteTrouble } from '../../shared/notify/alerts/alerts.ts';
import { tellDue } from '../../shared/notify/alerts/tell-due.ts';
import type { ChannelPorts, Post, Sent } from '../../shared/notify/channels/channel.ts';
import { pagerduty } from '../../shared/notify/channels/pagerduty.ts';
import type { DeliverDeps } from '../../shared/notify/deliver/deliver.ts';
import type { OpenChannel } from '../../shared/notify/deliver/deliver-channel.ts';
import { deliverOne } from '../../shared/notify/deliver/deliver-one.ts';
import type { Fact, Message } from '../../shared/notify/message.ts';
import { aboutOf, notify } from '../../shared/notify/notify.ts';
import type { Silence } from '../../shared/notify/routes/silence.ts';
import type { Run } from '../../shared/run/run.ts';
import { aDeployment, anImage } from './deployments.ts';
import { memoryTable } from './memory-table.ts';
import { recordStores } from './record-stores.ts';
import { aRun } from './runs.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = toInstant('2026-11-20T09:00:00Z');

/** Takes all news to the channel, and leaves it to the others too. */
export const aRoute = (to: string, parts: Partial<RouteConfig> = {}): RouteConfig => ({
  ...{ when: {}, to: [to], only: 'failures', continue: true, mute: [], mentions: [], repeatMs: 4 * hour },
  ...parts,
});

export interface Telling {
  channel: string;
  about: string;
  news: string;
  kind: string;
  title: string;
  facts: readonly Fact[];
  message: Message;
  at: Instant;
}

type Type = 'webhook' | 'slack' | 'pagerduty';
const types: { readonly [T in Type]: (name: string) => ChannelConfig } = {
  webhook: (name) => ({ name, type: 'webhook', url: 'https://x.test', secrets: [] }),
  slack: (name) => ({ name, type: 'slack', token: 'ssm:/token', channel: '#x' }),
  pagerduty: (name) => ({ name, type: 'pagerduty', routingKey: 'ssm:/key', region: 'us' }),
};

/** Records in memory, our events in a list, and channels that take all that is sent; webhooks, where `typeOf` names no other. */
export function tellingWorld(
  routes = [aRoute('ops'), aRoute('log', { only: 'all' })],
  typeOf: Readonly<Record<string, Type>> = {},
) {
  let clock = start;
  const now = () => clock;
  const queue: StateChange[] = [];
  const seen: StateChange[] = [];
  const told: Telling[] = [];
  /** What only corrected a message that stands. */
  const corrected: Telling[] = [];
  const pager = pagerStandIn();
  /** So many writes from now on the function dies. */
  let fuse = Number.POSITIVE_INFINITY;
  const burn = () => {
    if (fuse-- <= 0) throw new Error('the function dies');
  };
  const memory = memoryTable();
  const table: typeof memory = {
    ...memory,
    put: async (item, expected) => {
      burn();
      return memory.put(item, expected);
    },
  };
  const bus = {
    put: async (events: readonly object[]) => {
      burn();
      queue.push(...(events as StateChange[]));
      return [];
    },
  };
  const stores = recordStores(table, bus, now);
  const silences: Silence[] = [];
  const names = [...new Set(routes.flatMap(({ to }) => to))];
  const channels = Object.fromEntries(names.map((name) => [name, types[typeOf[name] ?? 'webhook'](name)]));
  const config: Pick<Config, 'routes' | 'channels'> = { routes, channels };
  const deps = { stores, config, silences: async () => silences.filter(({ until }) => until > clock), now };
  /** As Lambda does: once more after it died. */
  async function handle(event: StateChange) {
    const about = aboutOf(event);
    if (!about) return;
    try {
      await notify(about, deps);
    } catch {
      fuse = Number.POSITIVE_INFINITY;
      for (const kind of ['alert', 'delivery'] as const) await flushAll(kind);
      await notify(about, deps);
    }
  }
  /** What the sweep does for outboxes that a dead function left. */
  async function flushAll(kind: 'alert' | 'delivery') {
    const records = kind === 'alert' ? stores.alerts : stores.deliveries;
    for (const { pk, id } of memory.items()) if (pk.startsWith(`${kind}#`)) await records.flush(String(id));
  }
  async function send(post: Post<ChannelConfig>): Promise<Sent> {
    const { channel, message, id, quiet } = post;
    const { news, kind, title, facts } = message;
    const about = id.slice(channel.name.length + 1, -news.length - 1);
    const telling = { channel: channel.name, about, news, kind, title, facts, message, at: now() };
    const sent = channel.type === 'pagerduty' ? await pager.send(post as Post<typeof channel>) : undefined;
    if (sent !== 'nothing') (quiet ? corrected : told).push(telling);
    if (sent && sent !== 'nothing') return sent;
    return { kind: 'sent', ...(channel.type === 'slack' ? { handle: { channel: 'C1', ts: '1' } } : {}) };
  }
  const deliverDeps = {
    ...{ stores, config, now, sender: { paceMs: () => 0, send }, sleep: async () => {} },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  };
  async function deliver() {
    const pending = memory
      .items()
      .filter(({ pk, value }) => pk.startsWith('delivery#') && (value as { state: string }).state === 'pending');
    for (const { id } of pending) {
      const delivery = (await stores.deliveries.get(String(id)))?.value;
      if (!delivery || (delivery.nextAttemptAt ?? 0) > clock) continue;
      const channel = { config: channels[delivery.channel], ready: async () => {}, used: async () => {} };
      await deliverOne(delivery, channel as unknown as OpenChannel, deliverDeps as unknown as DeliverDeps);
    }
  }
  let runs = 0;
  let held: DeploymentId | undefined;
  let begun = 'r-none' as RunId;
  async function ended(parts: Partial<Run>) {
    clock = plus(clock, 1000);
    const id = `r-${runs++}` as RunId;
    await stores.runs.create(aRun({ id, job: 'report', createdAt: plus(clock, -500), finishedAt: clock, ...parts }));
  }
  return {
    told,
    corrected,
    /** PagerDuty's incidents that are open. */
    openIncidents: () => [...pager.open].toSorted(),
    /** What a channel heard: at which minute, and the title. */
    heard: (channel: string) =>
      told
        .filter((telling) => telling.channel === channel)
        .map(({ at, title }) => `${Math.floor((at - start) / minute)}: ${title}`),
    stores,
    silences,
    at: now,
    /** The newest event first, so that they come out of order. */
    async work(reversed = false, dieAfter = Number.POSITIVE_INFINITY) {
      while (queue.length > 0) {
        const event = (reversed ? queue.pop() : queue.shift()) as StateChange;
        seen.push(event);
        fuse = dieAfter;
        await handle(event);
        fuse = Number.POSITIVE_INFINITY;
        await deliver();
      }
    },
    /** An event of earlier comes again. */
    async replay(index: number) {
      const event = seen[index % Math.max(1, seen.length)];
      if (event) await handle(event);
      await deliver();
    },
    async end(state: 'succeeded' | 'failed', exitCode = 1) {
      const outcome = { kind: 'exit', cause: `exit code ${exitCode} of container job`, hint: 'read the log', exitCode };
      await ended({ state, ...(state === 'failed' ? { outcome } : {}) });
    },
    /** A run that has begun, and how it ends. */
    async start() {
      begun = `r-${runs++}` as RunId;
      await stores.runs.create(
        aRun({ id: begun, job: 'report', state: 'running', createdAt: clock, startedAt: clock }),
      );
    },
    async finish(state: 'succeeded' | 'failed') {
      clock = plus(clock, 1000);
      const outcome = { kind: 'exit', cause: 'exit code 1 of container job', hint: 'read the log', exitCode: 1 };
      await stores.runs.update(begun, (run) =>
        run.finishedAt ? undefined : { ...run, state, finishedAt: clock, ...(state === 'failed' ? { outcome } : {}) },
      );
    },
    /** A run of a schedule that still waits, or that the sweep has started as nothing else did. */
    async begin(how: 'late' | 'missed') {
      clock = plus(clock, 1000);
      begun = `r-${runs++}` as RunId;
      const trigger = { kind: 'schedule' as const, scheduledTime: new Date(clock).toISOString() };
      const late = { state: 'queued' as const, late: { at: clock, why: 'it waits for r-0' } };
      const missed = { state: 'running' as const, startedAt: clock, missed: 'no event of its schedule came' };
      const createdAt = plus(clock, -500);
      await stores.runs.create(
        aRun({ id: begun, job: 'report', trigger, createdAt, ...(how === 'late' ? late : missed) } as Partial<Run>),
      );
    },
    /** A run that a full queue did not take. */
    skip: () =>
      ended({ state: 'skipped', outcome: { kind: 'queue-full', cause: '100 wait already', hint: 'raise queueLimit' } }),
    /** A run that was asked for so long ago. */
    succeed: (minutesAgo: number) => ended({ state: 'succeeded', createdAt: plus(clock, -minutesAgo * minute) }),
    async deploy(state: 'succeeded' | 'rolled-back', tag: string) {
      held = undefined;
      clock = plus(clock, 1000);
      const times = { createdAt: plus(clock, -500), finishedAt: clock };
      await stores.deployments.create(
        aDeployment({ id: `d-${runs++}` as DeploymentId, state, image: anImage(tag), ...times }),
      );
    },
    /** A deployment that waits for an approval. */
    async hold() {
      clock = plus(clock, 1000);
      const holds = [{ kind: 'approval' as const, why: 'it is to be approved', until: plus(clock, hour) }];
      held = `d-${runs++}` as DeploymentId;
      const image = anImage('1.2');
      await stores.deployments.create(
        aDeployment({ id: held, state: 'held', holds, heldBy: ['approval'], image, createdAt: clock }),
      );
    },
    /** What is held was approved, and fails: rolled back after a while. */
    async fall() {
      if (!held) return this.deploy('rolled-back', '1.2');
      clock = plus(clock, 1000);
      const outcome = { reason: 'its tasks died', hint: 'read their log' };
      await stores.deployments.update(held, (deployment) =>
        deployment.state === 'held'
          ? { ...deployment, holds: [], state: 'rolling-back', rolledAt: clock, outcome }
          : { ...deployment, state: 'rolled-back', finishedAt: clock, outcome },
      );
    },
    /** A trouble of a service or of Batuta, which no record of its own tells. */
    async trouble(subject: AlertSubject, trouble: Pick<Trouble, 'kind' | 'id'> & Partial<Trouble>) {
      clock = plus(clock, 1000);
      const occurred = { key: trouble.kind, cause: 'it is so', at: clock, lasting: true, ...trouble };
      await noteTrouble(stores.alerts, subject, occurred, clock);
    },
    /** From now on nothing new of what matches. */
    silence(minutes: number, matchers: Silence['matchers'] = {}) {
      const id = `s-${silences.length}`;
      silences.push({ id, matchers, by: 'ann', why: 'a test', createdAt: clock, until: plus(clock, minutes * minute) });
    },
    /** All of it, or the causes with these keys. */
    async over(subject: AlertSubject, causes?: readonly string[]) {
      clock = plus(clock, 1000);
      await noteOver(stores.alerts, subject, { at: clock, causes });
    },
    async pass(minutes: number) {
      for (let passed = 0; passed < minutes; passed++) {
        clock = plus(clock, minute);
        await tellDue(deps);
        await this.work();
        await deliver();
      }
    },
  };
}

/** PagerDuty, by the real channel: which incidents are open. */
function pagerStandIn() {
  const open = new Set<string>();
  return {
    open,
    /** `nothing`: it was asked for nothing. */
    async send(post: Post<Extract<ChannelConfig, { type: 'pagerduty' }>>): Promise<Sent | 'nothing'> {
      let asked = 0;
      const http = {
        async post(_url: string, body: string) {
          const event = JSON.parse(body) as { event_action: string; dedup_key: string };
          asked++;
          if (event.event_action === 'trigger') open.add(event.dedup_key);
          else open.delete(event.dedup_key);
          return { kind: 'answer', status: 202, headers: {}, body: '{}' };
        },
      };
      const ports = { http, secretOf: async () => 'key' } as unknown as ChannelPorts;
      const sent = await pagerduty.send(post, ports);
      return asked === 0 && !sent.handle ? 'nothing' : sent;
    },
  };
}
