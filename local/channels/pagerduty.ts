import type { Severity } from '../../shared/config/config.ts';
import { type KeyedEvent, pagerDutyErrors } from './pagerduty-limits.ts';
import { linesOf, type Seen, type StandIn } from './shown.ts';

const severities: Readonly<Record<string, Severity>> = { critical: 'error', error: 'error', warning: 'warning' };

function seenOf({ event_action: action, dedup_key: message, payload }: KeyedEvent, edits: number): Seen {
  const { summary, severity, custom_details: details } = payload;
  return {
    how: edits > 0 ? 'updated' : 'posted',
    message,
    edits,
    severity: action === 'resolve' ? 'info' : (severities[severity] ?? 'info'),
    title: action === 'resolve' ? `resolved: ${summary}` : summary,
    lines: Object.entries(details).flatMap(([label, value]) => linesOf(`${label}: ${value}`)),
  };
}

/** Events v2: an incident opens and closes by its key. */
export function pagerDutyStandIn(): StandIn {
  const open = new Map<string, number>();
  return ({ method, body }) => {
    const event = JSON.parse(body) as KeyedEvent;
    const errors = [...(event.routing_key ? [] : ["'routing_key' is missing"]), ...pagerDutyErrors(event)];
    if (method !== 'POST' || errors.length > 0)
      return {
        status: 400,
        body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }),
      };
    const { dedup_key: key, event_action: action } = event;
    const known = open.get(key);
    const edits = known === undefined ? 0 : known + 1;
    if (action === 'resolve') open.delete(key);
    else open.set(key, edits);
    const answer = { status: 202, body: JSON.stringify({ status: 'success', dedup_key: key }) };
    // To close what is not open changes nothing.
    return action === 'resolve' && known === undefined ? answer : { ...answer, seen: seenOf(event, edits) };
  };
}
