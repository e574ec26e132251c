import type { ChannelConfig } from '../../config/config.ts';
import { type Instant, iso } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';
import { noteOver, noteTrouble } from '../alerts/alerts.ts';
import type { ChannelTrouble } from './channel-state.ts';
import { troubleWith } from './deliver-elsewhere.ts';

/** People hear on other channels that one does not work. Both are safe to repeat. */
export interface ChannelTroubles {
  failing(channel: ChannelConfig, trouble: ChannelTrouble): Promise<void>;
  works(channel: string, at: Instant): Promise<void>;
}

const placeOf = (key: string, reference: string) =>
  reference.startsWith('ssm:')
    ? `its ${key}, the parameter ${reference.slice('ssm:'.length)}`
    : `its ${key} in batuta.yml`;

/** Where its address or credential stands: what the receiver refuses is mostly that. */
function toCheck(channel: ChannelConfig): string {
  switch (channel.type) {
    case 'slack':
      return placeOf('token', channel.token);
    case 'pagerduty':
      return placeOf('routingKey', channel.routingKey);
    case 'sns':
      return 'its topic, and who may publish to it';
    case 'eventbridge':
      return 'its bus, and who may put events there';
    case 'webhook':
    case 'slack-webhook':
    case 'teams':
    case 'discord':
      return placeOf('url', channel.url);
    default:
      return channel satisfies never;
  }
}

/** What to do about a channel that takes nothing. */
export const hintForChannel = (channel: ChannelConfig): string =>
  `Check ${toCheck(channel)}; then send what it missed: batuta notify replay --all --channel ${channel.name}`;

/** As an alert of Batuta's own: told once, reminded of, and closed when the channel takes a message again. */
export function channelTroubles({ alerts }: Pick<Stores, 'alerts'>, now: () => Instant): ChannelTroubles {
  return {
    async failing(channel, { since, why }) {
      const trouble = {
        key: 'batuta-channel-failing',
        kind: 'batuta-channel-failing',
        cause: `The channel ${channel.name} takes no notifications: ${why}`,
        hint: hintForChannel(channel),
        id: `${channel.name} ${iso(since)}`,
        at: since,
        lasting: true,
      } as const;
      await noteTrouble(alerts, troubleWith(channel.name), trouble, now());
    },
    works: (channel, at) => noteOver(alerts, troubleWith(channel), { at }),
  };
}
