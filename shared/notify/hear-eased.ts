import type { Alert } from './alerts/alert.ts';
import { describeTrouble } from './describe/describe-alert.ts';
import { hearEndNow } from './hear-end.ts';
import type { Message } from './message.ts';
import { aboutAlert } from './news.ts';
import type { NotifyDeps, Wanted } from './notify.ts';
import { audienceOf } from './routes/audience.ts';

/** Those that were told of the errors, and do not hear of the warnings that are left. */
function audienceOfErrors(alert: Alert, { config }: NotifyDeps): readonly string[] {
  const left = describeTrouble(alert);
  const told = left ? audienceOf(left, config, []).channels : [];
  return alert.heardBy.filter((channel) => !told.includes(channel));
}

/** Undefined where it is written down already. */
function eased(alert: Alert, to: readonly string[]): Alert | undefined {
  const { easedTo = [] } = alert;
  const added = to.filter((channel) => !easedTo.includes(channel));
  return added.length > 0 ? { ...alert, easedTo: [...easedTo, ...added] } : undefined;
}

/** For some it is over while for others warnings go on. Undefined where there is newer news. */
export async function hearEased(alert: Alert, message: Message, deps: NotifyDeps): Promise<Wanted | undefined> {
  const { silencedUntil } = audienceOf(message, deps.config, await deps.silences());
  const channels = audienceOfErrors(alert, deps);
  const audience = { channels, ...(silencedUntil === undefined ? {} : { silencedUntil }) };
  const { newTo, at } = await hearEndNow(audience, alert, { message, heardAs: message }, deps);
  const { alerts } = deps.stores;
  const stored = await alerts.update(alert.id, (current) =>
    current.news === alert.news ? eased(current, Object.keys(at)) : undefined,
  );
  if (!stored || stored.value.news !== alert.news) return undefined;
  return { about: aboutAlert(alert), message, version: stored.version, audience, isNew: true, newTo };
}
