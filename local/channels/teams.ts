import type { Severity } from '../../shared/config/config.ts';
import type { TeamsPayload } from '../../shared/notify/channels/teams-card.ts';
import type { Seen, StandIn } from './shown.ts';
import { teamsErrors } from './teams-limits.ts';

type Card = TeamsPayload['attachments'][0]['content'];

const severities: Readonly<Record<string, Severity>> = { Attention: 'error', Warning: 'warning' };

function seenOf({ body, actions = [] }: Card, message: string): Seen {
  const [title = '', ...lines] = body.map((element) =>
    element.type === 'TextBlock' ? element.text : element.inlines.map(({ text }) => text).join(''),
  );
  const [first] = body;
  const color = first?.type === 'RichTextBlock' ? first.inlines[0]?.color : undefined;
  const buttons = actions.length > 0 ? [actions.map((action) => `[${action.title}]`).join(' ')] : [];
  return {
    how: 'posted',
    message,
    edits: 0,
    severity: severities[color ?? ''] ?? 'info',
    title,
    lines: [...lines, ...buttons],
  };
}

/** A Workflows webhook: it answers 202 also to what Teams then does not show; here that is refused, to be seen. */
export function teamsStandIn(): StandIn {
  let count = 0;
  return ({ method, body }) => {
    const payload = JSON.parse(body) as TeamsPayload;
    const errors = teamsErrors(payload);
    if (method !== 'POST' || errors.length > 0) return { status: 400, body: errors.join('; ') };
    return { status: 202, seen: seenOf(payload.attachments[0].content, `${++count}`) };
  };
}
