import type { Instant } from '../../core/time.ts';
import { renderPagerDuty } from '../channels/pagerduty-event.ts';
import type { Message } from '../message.ts';
import { familyOf, type NewsKind, newsKinds } from '../news-kind.ts';
import { sampleMessage } from './samples.ts';

const explanation = { label: 'Test', value: 'a sample, sent by batuta notify test; nothing of this has happened' };

/**
 * A sample that cannot be taken for news, and that touches no incident of the real thing: what PagerDuty hears of is
 * one incident of tests per family, so that a sample which closes one closes all that were opened before.
 */
export function testMessage(kind: NewsKind, at: Instant): Message {
  const { incident: _, ...message } = sampleMessage(kind, at);
  const state = stateOf(kind, at);
  return {
    ...message,
    title: `Test: ${message.title}`,
    facts: [explanation, ...message.facts],
    ...(state ? { incident: { state, key: `test:${familyOf(kind)}` } } : {}),
  };
}

function stateOf(kind: NewsKind, at: Instant): 'open' | 'closed' | undefined {
  const message = sampleMessage(kind, at);
  if (message.incident) return message.incident.state;
  return renderPagerDuty(message)?.event_action === 'trigger' ? 'open' : undefined;
}

/** What a sample of that kind does to an incident: undefined where PagerDuty is told nothing. `by`: which sample closes it. */
export function testIncident(
  kind: NewsKind,
  at: Instant,
): { state: 'open'; by: NewsKind | undefined } | { state: 'closed' } | undefined {
  const state = stateOf(kind, at);
  if (state !== 'open') return state && { state };
  return { state, by: newsKinds.find((each) => familyOf(each) === familyOf(kind) && stateOf(each, at) === 'closed') };
}
