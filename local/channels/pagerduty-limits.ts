import type { PagerDutyEvent } from '../../shared/notify/channels/pagerduty-event.ts';
import { rewritten } from './teams-limits.ts';

/** With the key of the service that it goes to. */
export type KeyedEvent = PagerDutyEvent & { routing_key?: string };

/** What Events v2 would find wrong, by its documented limits; even if it wrote all of it as `\uXXXX`. */
export function pagerDutyErrors(event: KeyedEvent): string[] {
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
