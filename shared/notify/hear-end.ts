import type { Instant } from '../core/time.ts';
import type { Alert } from './alerts/alert.ts';
import { withDelivery } from './deliver/with-delivery.ts';
import type { Message } from './message.ts';
import { aboutAlert } from './news.ts';
import type { NotifyDeps } from './notify.ts';
import { type Audience, routed } from './routes/audience.ts';
import { disturbs, hearersOf, resolves } from './routes/hearers.ts';

export const not = (channels: readonly string[]) => (channel: string) => !channels.includes(channel);

/** In a silence the end is told where it calls nobody, and where the alert has a message already. */
export async function hearEndNow(
  { channels, silencedUntil }: Audience,
  alert: Alert,
  { message, heardAs }: { message: Message; heardAs: Message },
  deps: NotifyDeps,
): Promise<{ newTo: readonly string[]; at: Readonly<Record<string, Instant>> }> {
  const { config } = deps;
  const now = deps.now();
  const isSilent = silencedUntil !== undefined;
  const newTo = isSilent ? channels.filter((channel) => resolves(config.channels[channel])) : channels;
  const known = await withDelivery(channels.filter(not(newTo)), aboutAlert(alert).id, deps.stores);
  const hearers = hearersOf(config, routed(heardAs), now);
  const at = [...newTo, ...known].map((channel): [string, Instant] => {
    const { mutedUntil = now } = hearers.find((hearer) => hearer.channel === channel) ?? {};
    return [channel, disturbs(config.channels[channel], message) ? mutedUntil : now];
  });
  return { newTo, at: Object.fromEntries(at) };
}
