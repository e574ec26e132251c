import { sampleChannel } from '../cli/sample-channel.ts';
import type { ChannelConfig, RouteConfig } from '../shared/config/config.ts';
import { type Instant, toInstant } from '../shared/core/time.ts';
import { channelOf } from '../shared/notify/channels/channels.ts';
import type { Message } from '../shared/notify/message.ts';
import { newsKinds } from '../shared/notify/news-kind.ts';
import { routed } from '../shared/notify/routes/audience.ts';
import { hearersOf } from '../shared/notify/routes/hearers.ts';
import { sampleMessage } from '../shared/notify/samples/samples.ts';
import type { Benchmark } from './benchmark.ts';

const types = ['webhook', 'slack', 'slack-webhook', 'teams', 'discord', 'pagerduty', 'sns', 'eventbridge'];
const ROUTES = 50;
const ROUNDS = 60;
const now: Instant = toInstant('2026-11-20T10:00:00Z');

const route = (given: Partial<RouteConfig>): RouteConfig => ({
  when: {},
  to: [],
  only: 'all',
  continue: true,
  mute: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00', timezone: 'Europe/Lisbon' }],
  mentions: ['<!here>'],
  repeatMs: 4 * 3_600_000,
  ...given,
});

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Fifty routes by globs that do not apply, then one with the channel. */
function configOf(channel: ChannelConfig) {
  const others = Array.from({ length: ROUTES }, (_, index) => route({ when: { job: `team-${index}-*` } }));
  return { channels: { [channel.name]: channel }, routes: [...others, route({ to: [channel.name] })] };
}

function timesOf(messages: readonly Message[], tell: (message: Message) => unknown): number[] {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const message of messages) {
      const from = performance.now();
      tell(message);
      times.push((performance.now() - from) * 1000);
    }
  }
  // The first rounds are the compiler's.
  return times.slice((times.length * 2) / 3);
}

/** Microseconds to find who hears a message and to make the channel's payload of it, median over every kind of news. */
export const notifyRender: Benchmark = {
  name: 'notify-render',
  async measure() {
    const messages = newsKinds.map((kind) => sampleMessage(kind, now));
    const baseline = median(timesOf(messages, (message) => JSON.stringify(message)));
    return types.map((type) => {
      const { channel } = sampleChannel(type, '');
      const config = configOf(channel);
      const tell = (message: Message) => {
        const [hearer] = hearersOf(config, routed(message), now);
        if (hearer?.channel !== channel.name) throw new Error(`${message.kind} is not routed to ${type}`);
        return JSON.stringify(channelOf(channel).render({ message, mentions: hearer.mentions }, channel));
      };
      const value = median(timesOf(messages, tell));
      return { name: `notify-render/${type}`, value, unit: 'µs', baseline, limits: 'value', limit: 200 };
    });
  },
};
