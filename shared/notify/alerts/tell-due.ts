import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';
import { elsewhere } from '../deliver/deliver-elsewhere.ts';
import { describeTrouble } from '../describe/describe-alert.ts';
import type { Message } from '../message.ts';
import { audienceOf, repeatsOf } from '../routes/audience.ts';
import type { Silence } from '../routes/silence.ts';
import type { Alert, Repeats } from './alert.ts';
import { decideTelling } from './decide-telling.ts';
import { defaultRepeatMs } from './trouble-times.ts';

/** Who is to hear of it, and how often. */
function repeatsOfAlert(alert: Alert, message: Message, { config }: Pick<TellDeps, 'config'>): Repeats {
  const repeats = repeatsOf(message, config);
  const channels = elsewhere(Object.keys(repeats), alert, config.routes);
  return Object.fromEntries(channels.map((channel) => [channel, repeats[channel] ?? defaultRepeatMs]));
}

/** By what it would tell, as nothing may have been told by it yet. */
function toldNow(alert: Alert, silences: readonly Silence[], { config, now }: TellDeps): Alert | undefined {
  const message = describeTrouble(alert);
  if (!message) return undefined;
  const { silencedUntil } = audienceOf(message, config, silences);
  return decideTelling(alert, now(), repeatsOfAlert(alert, message, { config }), silencedUntil);
}

interface TellDeps {
  stores: Pick<Stores, 'alerts'>;
  config: Pick<Config, 'routes' | 'channels'>;
  silences(): Promise<readonly Silence[]>;
  now(): Instant;
}

/**
 * Tells the repeats and reminders whose time has come: the alerts' own events bring them to the channels.
 * One that fails holds up no other. @throws Error at the end, naming the first that failed
 */
export async function tellDue(deps: TellDeps): Promise<number> {
  const { stores, now } = deps;
  const failures: Error[] = [];
  const due = await stores.alerts.due(now());
  const silences = due.length > 0 ? await deps.silences() : [];
  for (const id of due) {
    try {
      await stores.alerts.flush(id);
      await stores.alerts.update(id, (alert) => toldNow(alert, silences, deps));
    } catch (error) {
      failures.push(error as Error);
    }
  }
  if (failures[0])
    throw new Error(`${failures.length} alerts could not be told: ${failures[0].message}`, { cause: failures[0] });
  return due.length;
}
