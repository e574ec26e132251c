import { type Action, type Fact, type LogTail, type Message, plainText } from '../message.ts';
import { safeLinks } from './safe-links.ts';
import { cleaned, cutTo, keepWithin, moreOf, oneLine, tailTo } from './text.ts';

/** In UTF-16 units, of which each takes at most 3 bytes in JSON once the text is cleaned. */
const limits = { line: 300, paragraph: 2000, facts: 6000, logTails: 6000 };
const most = { facts: 30, logTails: 5, actions: 5 };

/** Everything in it as plain text, where receivers read the fields themselves. */
export type ShortMessage = Omit<Message, 'at'>;

const line = (text: string, limit = limits.line) => cutTo(oneLine(text), limit);
const paragraph = (text: string) => cutTo(cleaned(text).trim(), limits.paragraph);

/** The first facts, the most important; what does not fit is counted. */
function shortFacts(facts: readonly Fact[]): Fact[] {
  const short = facts.map(({ label, value }) => ({ label: line(label, 100), value: paragraph(value) }));
  const budget = { budget: limits.facts, most: most.facts, reserve: 40 };
  const { kept, more } = keepWithin(short, budget, ({ label, value }) => label.length + value.length);
  return more > 0 ? [...kept, { label: 'More', value: moreOf(more) }] : kept;
}

function shortTails(tails: readonly LogTail[]): LogTail[] {
  const kept = tails.slice(0, most.logTails);
  return kept.map(({ label, lines }) => ({
    label: line(label, 100),
    lines: tailTo(lines, Math.floor(limits.logTails / kept.length)).split('\n'),
  }));
}

const shortActions = (actions: readonly Action[]): Action[] =>
  actions.slice(0, most.actions).map(({ label, command }) => ({ label: line(label, 80), command: line(command) }));

type Lists = Pick<ShortMessage, 'links' | 'actions' | 'logTails'>;

/** What a message does not have is absent, not an empty list. */
const withoutEmpty = <Value extends Lists>(message: Value): Value => {
  const isEmpty = (key: string) =>
    ['links', 'actions', 'logTails'].includes(key) && !message[key as keyof Lists]?.length;
  return Object.fromEntries(Object.entries(message).filter(([key]) => !isEmpty(key))) as Value;
};

/** The message cleaned and cut, in JSON at most 80 kB whatever it holds, and mostly far less. */
export function shortMessage({ at: _, ...message }: Message): ShortMessage {
  const { cause, hint, logTails, links, actions, tag, incident } = message;
  return withoutEmpty({
    ...message,
    title: line(message.title),
    subject: line(message.subject),
    news: line(message.news),
    facts: shortFacts(message.facts),
    ...(cause ? { cause: paragraph(cause) } : {}),
    ...(hint ? { hint: paragraph(hint) } : {}),
    ...(logTails ? { logTails: shortTails(logTails) } : {}),
    ...(links ? { links: safeLinks(links) } : {}),
    ...(actions ? { actions: shortActions(actions) } : {}),
    ...(tag === undefined ? {} : { tag: line(tag) }),
    ...(incident ? { incident: { ...incident, key: line(incident.key) } } : {}),
  });
}

const longestText = 30_000;

/** All of the message to be read where there is no markup, at most 30 000 characters. */
export const shortText = (message: Message): string =>
  cutTo(plainText({ ...shortMessage(message), at: message.at }), longestText);
