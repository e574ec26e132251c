import { createHash } from 'node:crypto';
import type { Message } from '../message.ts';
import { familyOf, levelOf } from '../news-kind.ts';
import { safeLinks } from './safe-links.ts';
import { cleaned, cutTo, moreOf, oneLine, tailTo } from './text.ts';

export interface PagerDutyEvent {
  event_action: 'trigger' | 'resolve';
  dedup_key: string;
  client: 'Batuta';
  payload: {
    summary: string;
    source: string;
    severity: 'info' | 'warning' | 'critical';
    /** ISO 8601. */
    timestamp: string;
    component: string;
    group: string;
    class: string;
    custom_details: Record<string, string>;
  };
  links: { href: string; text: string }[];
}

/**
 * developer.pagerduty.com "Send an Alert Event": summary 1024 characters, dedup_key 255; "Events API v2 Overview":
 * 512 KB for the whole. With these, everything at 6 bytes a character stays below 500 000.
 */
const limits = { summary: 1024, key: 255, name: 255, text: 2000, facts: 30, value: 1000, label: 100, logs: 20_000 };

/**
 * Batuta's `error` means that somebody has to act now, and is its highest: PagerDuty's highest too, so that a service
 * whose urgency follows the severity calls somebody. The others have the same name.
 */
const severities = { info: 'info', warning: 'warning', error: 'critical' } as const;

/** Longer keys keep their beginning, for people, and a hash, so that two never become one. */
function dedupKey(key: string): string {
  if (key.length <= limits.key) return key;
  const hash = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, limits.key - 1 - hash.length).toWellFormed()}-${hash}`;
}

/** What is to be done with the alert; undefined: PagerDuty does not hear of it. */
function purposeOf(
  { incident, kind, severity, subject, ongoing }: Message,
  record: string,
): Pick<PagerDutyEvent, 'event_action' | 'dedup_key'> | undefined {
  if (incident)
    return { event_action: incident.state === 'open' ? 'trigger' : 'resolve', dedup_key: dedupKey(incident.key) };
  if (levelOf(kind, severity) !== 'failures' || severity === 'info') return undefined;
  // What goes on is over by itself, record by record. What nothing will close is one alert for all of its kind, until people resolve it.
  return { event_action: 'trigger', dedup_key: dedupKey(`${kind}:${ongoing ? record : subject}`) };
}

/** The most important first; labels that occur twice are told apart. */
function detailsOf({ cause, hint, facts, actions = [], logTails = [] }: Message): Record<string, string> {
  const details = new Map<string, string>();
  const add = (label: string, text: string) => {
    const name = cutTo(oneLine(label), limits.label) || '–';
    for (let count = 1; ; count++) {
      const key = count === 1 ? name : `${name} (${count})`;
      if (!details.has(key)) return details.set(key, text);
    }
  };
  if (cause) add('Why', cutTo(cleaned(cause), limits.text));
  if (hint) add('What to do', cutTo(cleaned(hint), limits.text));
  for (const { label, value } of facts.slice(0, limits.facts)) add(label, cutTo(cleaned(value), limits.value));
  if (facts.length > limits.facts) add('…', moreOf(facts.length - limits.facts));
  for (const { label, command } of actions.slice(0, 5)) add(label, cutTo(oneLine(command), limits.value));
  for (const { label, lines } of logTails.slice(0, 5))
    add(label, tailTo(lines, limits.logs / Math.min(5, logTails.length)));
  return Object.fromEntries(details);
}

/**
 * Pure; undefined where PagerDuty gets nothing: it gets troubles and their end, no other news. All of it is plain
 * text there. Without the routing key, which is a credential.
 */
export function renderPagerDuty(message: Message, record: string = message.subject): PagerDutyEvent | undefined {
  const purpose = purposeOf(message, record);
  return purpose && eventOf(message, purpose);
}

/** Resolves what earlier news opened with this key, in the words of what came of it. */
export const resolveBy = (message: Message, key: string): PagerDutyEvent =>
  eventOf(message, { event_action: 'resolve', dedup_key: key });

function eventOf(message: Message, purpose: Pick<PagerDutyEvent, 'event_action' | 'dedup_key'>): PagerDutyEvent {
  const subject = cutTo(oneLine(message.subject), limits.name) || 'batuta';
  return {
    ...purpose,
    client: 'Batuta',
    payload: {
      summary: cutTo(oneLine(message.title), limits.summary) || subject,
      source: subject,
      severity: severities[message.severity],
      timestamp: new Date(message.at).toISOString(),
      component: subject,
      group: familyOf(message.kind),
      class: message.kind,
      custom_details: detailsOf(message),
    },
    links: safeLinks(message.links, 10).map(({ label, url }) => ({ href: url, text: label })),
  };
}
