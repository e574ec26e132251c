import { parseStateChange, SOURCE, type StateChange } from './ours.ts';
import { fields, type Parsed } from './parse.ts';

/** What send-notification looks at: a record that changed, the alerts whose time has come, or by the clock the digests. */
export type NewsWanted = { kind: 'change'; change: StateChange } | { kind: 'due' } | { kind: 'digests' };

export function parseNewsWanted(raw: unknown): Parsed<NewsWanted> {
  const event = fields(raw);
  if (event.source === SOURCE && event['detail-type'] === 'Alert Work Left')
    return { kind: 'event', value: { kind: 'due' } };
  if (event.source === 'aws.events' && event['detail-type'] === 'Scheduled Event')
    return { kind: 'event', value: { kind: 'digests' } };
  const parsed = parseStateChange(raw);
  return parsed.kind === 'event' ? { kind: 'event', value: { kind: 'change', change: parsed.value } } : parsed;
}
