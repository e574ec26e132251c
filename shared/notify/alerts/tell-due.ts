import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';
import { elsewhere } from '../deliver/deliver-elsewhere.ts';
import { describeTrouble } from '../describe/describe-alert.ts';
import { repeatsOf } from '../routes/audience.ts';
import type { Alert, Repeats } from './alert.ts';
import { decideTelling } from './decide-telling.ts';
import { defaultRepeatMs } from './trouble-times.ts';

/** Who is to hear of it, and how often; by what it would tell, as nothing may have been told by it yet. */
function repeatsOfAlert(alert: Alert, config: Pick<Config, 'routes' | 'channels'>): Repeats {
  const message = describeTrouble(alert);
  const repeats = message ? repeatsOf(message, config) : {};
  const channels = elsewhere(Object.keys(repeats), alert, config.routes);
  return Object.fromEntries(channels.map((channel) => [channel, repeats[channel] ?? defaultRepeatMs]));
}

/**
 * Tells the repeats and reminders whose time has come: the alerts' own events bring them to the channels.
 * One that fails holds up no other. @throws Error at the end, naming the first that failed
 */
export async function tellDue(deps: {
  stores: Pick<Stores, 'alerts'>;
  config: Pick<Config, 'routes' | 'channels'>;
  now(): Instant;
}): Promise<number> {
  const { stores, config, now } = deps;
  const failures: Error[] = [];
  const due = await stores.alerts.due(now());
  for (const id of due) {
    try {
      await stores.alerts.flush(id);
      await stores.alerts.update(id, (alert) => decideTelling(alert, now(), repeatsOfAlert(alert, config)));
    } catch (error) {
      failures.push(error as Error);
    }
  }
  if (failures[0])
    throw new Error(`${failures.length} alerts could not be told: ${failures[0].message}`, { cause: failures[0] });
  return due.length;
}
