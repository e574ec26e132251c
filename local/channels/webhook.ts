import type { Severity } from '../../shared/config/config.ts';
import { linesOf, type Seen, type StandIn } from './shown.ts';

interface Data {
  title?: string;
  text?: string;
  severity?: Severity;
}

/** A message in plain text, as webhooks and buses get it: its first line is the title. */
export function seenOf({ title = '', text = '', severity = 'info' }: Data, message: string): Seen {
  const [, ...lines] = linesOf(text);
  return { how: 'posted', message, edits: 0, severity, title, lines };
}

/** A receiver of Standard Webhooks: a message is known by its id. */
export function webhookStandIn(): StandIn {
  return ({ method, headers, body }) => {
    const { type, data } = JSON.parse(body) as { type?: string; data?: Data };
    const id = headers['webhook-id'];
    if (method !== 'POST' || typeof id !== 'string' || type !== 'batuta.notification' || !data) return { status: 400 };
    return { status: 204, seen: seenOf(data, id) };
  };
}
