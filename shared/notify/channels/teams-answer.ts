import type { Sent } from './channel.ts';
import { type HttpAnswer, judge } from './http.ts';

const renewed =
  'in the Workflows app of Teams turn the flow on, or make a new one and put its URL in place of the old one';

/** What Power Automate names when a flow takes nothing any more; a flow that was turned off or deleted answers 400. */
const flowGone = /\b(WorkflowTriggerIsNotEnabled|WorkflowNotFound|WorkflowDisabled|DirectApiAuthorizationRequired)\b/;

/** Old connectors answer 200 with the trouble in the body: `…Microsoft Teams endpoint returned HTTP error 429…`. */
function troubleIn(body: string): HttpAnswer | undefined {
  const [, status] = /HTTP error (\d{3})\b/i.exec(body) ?? [];
  if (status) return { kind: 'answer', status: Number(status), body: '' };
  // Without a status nobody knows whether it passes: it is tried again.
  const failed = /delivery failed|^\s*\{\s*"error"\s*:/i.test(body);
  return failed ? { kind: 'answer', status: 503, body: '' } : undefined;
}

/**
 * What the answer of a Workflows webhook means: 202 without a body, or what the flow's own Response says. Old
 * connectors "do not throw 429s": their body is read (learn.microsoft.com "Rate limiting for connectors").
 */
export function judgeTeams(answer: HttpAnswer): Sent {
  const judged = judge(answer);
  if (answer.kind !== 'answer') return judged;
  if (judged.kind === 'sent') {
    const trouble = troubleIn(answer.body);
    const meant = trouble ? judge(trouble) : judged;
    return meant.kind === 'sent'
      ? judged
      : { ...meant, why: `it answered HTTP ${answer.status}, but in the body a failure${statusOf(trouble)}` };
  }
  if (judged.kind !== 'refused') return judged;
  const [code] = flowGone.exec(answer.body) ?? [];
  if (code) return { kind: 'refused', scope: 'channel', why: `${judged.why} (${code}): ${renewed}` };
  return judged.scope === 'channel' ? { ...judged, why: `${judged.why}: ${renewed}` } : judged;
}

const statusOf = (trouble: HttpAnswer | undefined) =>
  trouble?.kind === 'answer' && trouble.status !== 503 ? ` (HTTP ${trouble.status})` : '';
