import { type KeyedEvent, pagerDutyErrors } from '../../../local/channels/pagerduty-limits.ts';
import { type Answer, startReceiver } from './receiver.ts';

/** Events v2: alerts open and close by their key, each service has one routing key. */
export async function startPagerDuty(routingKey: string) {
  const open = new Map<string, KeyedEvent[]>();
  const next: Answer[] = [];
  const { origin, asked } = await startReceiver(({ body }) => {
    const scripted = next.shift();
    if (scripted) return scripted;
    const event = JSON.parse(body) as KeyedEvent;
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
