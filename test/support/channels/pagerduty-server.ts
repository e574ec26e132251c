import type { PagerDutyEvent } from '../../../shared/notify/channels/pagerduty-event.ts';
import { type Answer, startReceiver } from './receiver.ts';
import { rewritten } from './teams-server.ts';

type Sent = PagerDutyEvent & { routing_key?: string };

/** What Events v2 would find wrong, by its documented limits; even if it wrote all of it as `\uXXXX`. */
export function pagerDutyErrors(event: Sent): string[] {
  const { payload, dedup_key: key, links, event_action: action } = event;
  return [
    ...(rewritten(event).length > 512_000 ? ['larger than 512 KB'] : []),
    ...(['trigger', 'resolve'].includes(action) ? [] : ['event_action']),
    ...(key.length > 255 ? ["'dedup_key' is too long"] : []),
    ...(payload.summary.trim() && payload.summary.length <= 1024 ? [] : ["'payload.summary' is missing or too long"]),
    ...(payload.source.trim() ? [] : ["'payload.source' is missing or blank"]),
    ...(['critical', 'error', 'warning', 'info'].includes(payload.severity) ? [] : ["'payload.severity' is invalid"]),
    ...(Number.isFinite(Date.parse(payload.timestamp)) ? [] : ["'payload.timestamp' is invalid"]),
    ...links.flatMap(({ href }) => (/^https?:/.test(href) ? [] : ["'href' is no URL"])),
  ];
}

/** Events v2: alerts open and close by their key, each service has one routing key. */
export async function startPagerDuty(routingKey: string) {
  const open = new Map<string, Sent[]>();
  const next: Answer[] = [];
  const { origin, asked } = await startReceiver(({ body }) => {
    const scripted = next.shift();
    if (scripted) return scripted;
    const event = JSON.parse(body) as Sent;
    const errors = [...(event.routing_key === routingKey ? [] : ['Invalid routing key']), ...pagerDutyErrors(event)];
    if (errors.length > 0)
      return { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors } };
    const { event_action: action, dedup_key: key } = event;
    if (action === 'trigger') open.set(key, [...(open.get(key) ?? []), event]);
    else open.delete(key);
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } };
  });
  return { url: `${origin}/v2/enqueue`, asked, open, next };
}
