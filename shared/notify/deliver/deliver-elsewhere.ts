import type { RouteConfig } from '../../config/config.ts';
import type { Alert } from '../alerts/alert.ts';

const prefix = 'channel ';

/** The name of Batuta's trouble with one of its channels. */
export const troubleWith = (channel: string) => ({ kind: 'batuta', name: `${prefix}${channel}` }) as const;

/**
 * Who hears of an alert: of a channel that does not work never that channel, but, where routes name no other for it,
 * the first other one that they know at all.
 */
export function elsewhere(
  channels: readonly string[],
  { subject }: Pick<Alert, 'subject'>,
  routes: readonly Pick<RouteConfig, 'to'>[],
): readonly string[] {
  if (subject.kind !== 'batuta' || !subject.name.startsWith(prefix)) return channels;
  const isOther = (channel: string) => channel !== subject.name.slice(prefix.length);
  const others = channels.filter(isOther);
  return others.length > 0 ? others : routes.flatMap(({ to }) => to.filter(isOther)).slice(0, 1);
}
