import { type Instant, iso } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';
import { noteOver, noteTrouble } from '../alerts/alerts.ts';
import type { ChannelTrouble } from './channel-state.ts';
import { troubleWith } from './deliver-elsewhere.ts';

/** People hear on other channels that one does not work. Both are safe to repeat. */
export interface ChannelTroubles {
  failing(channel: string, trouble: ChannelTrouble): Promise<void>;
  works(channel: string, at: Instant): Promise<void>;
}

/** As an alert of Batuta's own: told once, reminded of, and closed when the channel takes a message again. */
export function channelTroubles({ alerts }: Pick<Stores, 'alerts'>, now: () => Instant): ChannelTroubles {
  return {
    async failing(channel, { since, why }) {
      const trouble = {
        key: 'batuta-channel-failing',
        kind: 'batuta-channel-failing',
        cause: `The channel ${channel} takes no notifications: ${why}`,
        hint: `Check its address and its token in Parameter Store, then send what it missed: batuta notify replay --all --channel ${channel}`,
        id: `${channel} ${iso(since)}`,
        at: since,
        lasting: true,
      } as const;
      await noteTrouble(alerts, troubleWith(channel), trouble, now());
    },
    works: (channel, at) => noteOver(alerts, troubleWith(channel), { at }),
  };
}
