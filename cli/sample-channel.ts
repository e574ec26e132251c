import { existsSync } from 'node:fs';
import { InvalidConfiguration, readConfiguration } from '../build/configuration.ts';
import type { ChannelConfig, ChannelType } from '../shared/config/config.ts';
import { suggestName } from '../shared/config/nearest.ts';
import { UsageError } from './command.ts';

const url = 'https://example.com/webhook';

/** A channel of each type, for who has none yet. */
const ofType: { readonly [Type in ChannelType]: ChannelConfig & { type: Type } } = {
  webhook: { name: 'webhook', type: 'webhook', url, secrets: [] },
  slack: { name: 'slack', type: 'slack', token: 'ssm:/slack/token', channel: '#deployments' },
  'slack-webhook': { name: 'slack-webhook', type: 'slack-webhook', url },
  teams: { name: 'teams', type: 'teams', url },
  discord: { name: 'discord', type: 'discord', url },
  pagerduty: { name: 'pagerduty', type: 'pagerduty', routingKey: 'ssm:/pagerduty/key', region: 'us' },
  sns: { name: 'sns', type: 'sns', topic: 'arn:aws:sns:us-east-1:123456789012:news' },
  eventbridge: {
    name: 'eventbridge',
    type: 'eventbridge',
    bus: 'arn:aws:events:us-east-1:123456789012:event-bus/news',
  },
};

/** What a topic's subscribers get, by the name that people know. */
const subscriptions = ['email', 'sms'] as const;

export interface SampleChannel {
  channel: ChannelConfig;
  /** Of a topic: only what these subscribers get. */
  only?: (typeof subscriptions)[number];
}

/** A channel of the configuration by its name, or one of a type. @throws UsageError, InvalidConfiguration */
export function sampleChannel(name: string, configFile: string): SampleChannel {
  const types: Readonly<Record<string, ChannelConfig>> = ofType;
  const isSubscription = subscriptions.find((each) => each === name);
  const isType = Object.hasOwn(types, name) || isSubscription !== undefined;
  if (!isType && !existsSync(configFile)) throw new UsageError(nowhere(name, configFile));
  const channels = channelsOf(configFile, isType);
  if (Object.hasOwn(channels, name)) return { channel: channels[name] as ChannelConfig };
  if (isSubscription) return { channel: ofType.sns, only: isSubscription };
  if (Object.hasOwn(types, name)) return { channel: types[name] as ChannelConfig };
  const known = [...Object.keys(channels), ...Object.keys(types), ...subscriptions];
  throw new UsageError(`${name} is no channel of ${configFile} and no type of channel; ${suggestName(name, known)}`);
}

const nowhere = (name: string, file: string) =>
  `there is no file ${file} to look for the channel ${name} in; name it by --config, or a type of channel: ${suggestName(name, [...Object.keys(ofType), ...subscriptions])}`;

/** A type needs no configuration. */
function channelsOf(file: string, isType: boolean): Readonly<Record<string, ChannelConfig>> {
  if (!existsSync(file)) return {};
  try {
    return readConfiguration(file).channels;
  } catch (error) {
    if (isType && error instanceof InvalidConfiguration) return {};
    throw error;
  }
}
