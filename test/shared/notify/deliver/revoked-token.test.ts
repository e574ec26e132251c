import { expect, onTestFinished, test } from 'vitest';
import { createApi } from '../../../../shared/api/app.ts';
import { addNotificationRoutes } from '../../../../shared/api/notifications.ts';
import { createToken } from '../../../../shared/api/tokens.ts';
import type { ChannelConfig } from '../../../../shared/config/config.ts';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { plus } from '../../../../shared/core/time.ts';
import type { ChannelPorts } from '../../../../shared/notify/channels/channel.ts';
import { channelSender } from '../../../../shared/notify/deliver/send.ts';
import { notify } from '../../../../shared/notify/notify.ts';
import { startDiscord } from '../../../support/channels/discord-server.ts';
import { countedHttp, portsOf } from '../../../support/channels/receiver.ts';
import { startSlack } from '../../../support/channels/slack-server.ts';
import { startTeams } from '../../../support/channels/teams-server.ts';
import { type DeliveryWorld, deliveryWorld } from '../../../support/delivery-world.ts';

/** A channel whose server is real, at a `clock` of the test's. */
interface RealChannel {
  config: ChannelConfig;
  secrets: Record<string, string>;
  ports?: Partial<ChannelPorts>;
  revoke(): void;
  renew(): void;
  /** How many messages stand there. */
  messages(): number;
}

async function slack(now: () => number): Promise<RealChannel> {
  const server = await startSlack({ now });
  onTestFinished(async () => void (await server.close()));
  const secrets = { 'ssm:/token': 'xoxb-test-token' };
  return {
    config: { name: 'team', type: 'slack', token: 'ssm:/token', channel: '#deploys' },
    ports: { slackApi: server.api },
    secrets,
    revoke: () => void server.tokens.set('xoxb-test-token', 'token_revoked'),
    renew() {
      server.tokens.set('xoxb-new-token', undefined);
      secrets['ssm:/token'] = 'xoxb-new-token';
    },
    messages: () => server.roots().length,
  };
}

async function teams(): Promise<RealChannel> {
  const server = await startTeams();
  return {
    config: { name: 'team', type: 'teams', url: 'ssm:/url' },
    secrets: { 'ssm:/url': server.url },
    revoke: () => void server.next.push(...Array.from({ length: 100 }, () => ({ status: 401 }))),
    renew: () => void server.next.splice(0),
    messages: () => server.cards.length,
  };
}

async function discord(now: () => number): Promise<RealChannel> {
  const server = await startDiscord({ now });
  return {
    config: { name: 'team', type: 'discord', url: 'ssm:/url' },
    secrets: { 'ssm:/url': server.url },
    revoke() {
      server.state.deleted = true;
    },
    renew() {
      server.state.deleted = false;
    },
    messages: () => server.messages.size,
  };
}

/** The channel `team` at its real server, `ops` at none, and whoever has them told of alerts. */
async function openWorld(start: (now: () => number) => Promise<RealChannel>) {
  let now = () => 0;
  const channel = await start(() => now());
  const { http, isBusy } = countedHttp();
  const sleep = (ms: number) => world.clock.sleep(ms);
  const sender = channelSender(portsOf({ http, sleep, secrets: channel.secrets, ...channel.ports }));
  const { config } = channel;
  const world: DeliveryWorld = deliveryWorld(
    { team: { config, paceMs: sender.paceMs(config), answer: sender.send }, ops: {} },
    {
      isBusy,
      async hear({ 'detail-type': type, detail }) {
        if (type !== 'Alert State Change') return;
        const { stores, now: at } = world;
        await notify(
          { kind: 'alert', id: detail.id },
          { stores, config: world.config, silences: async () => [], now: at },
        );
      },
    },
  );
  now = world.clock.now;
  return { world, channel };
}

/** As `batuta notify replay --all --channel team` asks for it, by a caller of that name. */
async function replayAll(caller: string, { stores, now, memory, config }: DeliveryWorld): Promise<string[]> {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const api = createApi({ stores, log });
  let later = 0;
  addNotificationRoutes(api, { stores, config, now: () => plus(now(), later++) });
  const token = await createToken(memory, caller, 'operator', now());
  const answer = await api.request('/api/notifications/replay', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'team' }),
  });
  return ((await answer.json()) as { replayed: string[] }).replayed;
}

test.each([
  ['Slack token', slack, /^Slack answered token_revoked; install the app again/],
  ['Teams flow', teams, /^it answered HTTP 401: in the Workflows app/],
  ['Discord webhook', discord, /^it answered HTTP 404 \(Unknown Webhook\): the webhook was deleted/],
])(
  'what a %s that is revoked midway does not take is told elsewhere, and is sent in order once it is renewed',
  async (_what, start, why) => {
    const { world, channel } = await openWorld(start);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const [index, name] of names.entries()) {
      if (index === 2) channel.revoke();
      await world.news(name, 'failed', ['team']);
      await world.pass(30);
    }
    await world.pass(40 * 60);
    expect(channel.messages()).toBe(2);
    for (const name of names.slice(2))
      expect(await world.delivery('team', name)).toMatchObject({
        state: 'failed',
        lastError: expect.stringMatching(why),
      });
    expect(world.took('ops')).toMatchObject([{ about: 'batuta:channel team#1' }]);

    channel.renew();
    expect(await replayAll('ann', world)).toEqual(names.slice(2).map((name) => `team:${deploymentIdOf(name)}`));
    expect(await replayAll('ben', world)).toEqual([]);
    await world.pass(60);
    expect(world.took('team').map(({ about }) => about)).toEqual(names.map((name) => deploymentIdOf(name)));
    expect(channel.messages()).toBe(names.length);
    expect(world.errors).toEqual([]);
  },
);
