import type { Fact, LogTail, Message } from '../message.ts';
import type { Rendered } from './channel.ts';
import { safeLinks } from './safe-links.ts';
import { type TeamsMention, teamsMentions } from './teams-mentions.ts';
import { recodedSize, recodedText, teamsLine, teamsLogLine } from './teams-text.ts';
import { cutTo, keepWithin, moreOf, tailTo } from './text.ts';

interface TextRun {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Small' | 'Large';
  color?: 'Attention' | 'Warning' | 'Good' | 'Accent';
  fontType?: 'Monospace';
}
type Element =
  | { type: 'RichTextBlock'; inlines: TextRun[]; spacing?: 'None' }
  /** Only for what we write ourselves: its text is markdown. */
  | { type: 'TextBlock'; text: string; wrap: true };

export interface TeamsPayload {
  type: 'message';
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive';
      contentUrl: null;
      content: {
        type: 'AdaptiveCard';
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
        version: '1.4';
        body: Element[];
        actions?: { type: 'Action.OpenUrl'; title: string; url: string }[];
        msteams: { width: 'Full'; entities?: TeamsMention[] };
      };
    },
  ];
}

/**
 * In bytes as `recodedText` counts. Teams takes 28 KB after the flow wrote the card anew (learn.microsoft.com "Create
 * Incoming Webhooks"), in practice from 21 KB on no more; so 20 000 for the whole. The log takes what the others leave.
 */
const budget = { whole: 20_000, title: 1200, cause: 2500, hint: 1800, actions: 1500, links: 3000, facts: 4500 };
/** Buttons that Teams shows at once. */
const mostLinks = 6;
const longestLabel = 150;
const longestValue = 900;

const run = (text: string, how: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({ type: 'TextRun', text, ...how });
const bold = { weight: 'Bolder' } as const;
const code = { fontType: 'Monospace', size: 'Small' } as const;
const block = (inlines: TextRun[]): Element => ({ type: 'RichTextBlock', inlines });
const tight = (inlines: TextRun[]): Element => ({ type: 'RichTextBlock', inlines, spacing: 'None' });
const cutBytes = (text: string, limit: number) => cutTo(text, limit, recodedText);

function colorOf({ severity, closes, incident }: Message): NonNullable<TextRun['color']> {
  if (severity === 'error') return 'Attention';
  if (severity === 'warning') return 'Warning';
  return closes || incident?.state === 'closed' ? 'Good' : 'Accent';
}

function paragraph(label: string, text: string | undefined, limit: number): Element[] {
  // A run knows no line breaks on every client.
  const line = cutBytes(teamsLine(text ?? ''), limit);
  return line ? [block([run(`${label}: `, bold), run(line)])] : [];
}

function factElements(facts: readonly Fact[]): Element[] {
  const elements = facts.map(({ label, value }) => {
    const text = cutBytes(teamsLine(value), longestValue) || '–';
    return tight([run(`${cutBytes(teamsLine(label), longestLabel)}: `, bold), run(text)]);
  });
  const { kept, more } = keepWithin(elements, { budget: budget.facts, reserve: 120 }, (one) => recodedSize(one) + 1);
  return more > 0 ? [...kept, tight([run(moreOf(more))])] : kept;
}

function commandElements(actions: Message['actions'] = []): Element[] {
  const elements = actions.map(({ label, command }) =>
    tight([
      run(`${cutBytes(teamsLine(label), longestLabel)}: `, bold),
      run(cutBytes(teamsLine(command), 500) || '–', code),
    ]),
  );
  return keepWithin(elements, { budget: budget.actions }, (one) => recodedSize(one) + 1).kept;
}

function buttons(links: Message['links']) {
  const all = safeLinks(links, mostLinks).map(
    ({ label, url }) => ({ type: 'Action.OpenUrl', title: cutBytes(teamsLine(label), longestLabel), url }) as const,
  );
  return keepWithin(all, { budget: budget.links }, (one) => recodedSize(one) + 1).kept;
}

const lineElement = (line: string) => tight([run(line || '\u00a0', code)]);
/** What a line of the log costs besides its text. */
const perLine = recodedSize(lineElement('')) + 1;

/** A block for each line, as every client shows them one below the other. */
function tailElements(tails: readonly LogTail[], room: number): Element[] {
  const elements: Element[] = [];
  for (const [index, { label, lines }] of tails.entries()) {
    const share = Math.floor((room - recodedSize(elements)) / (tails.length - index));
    const head = block([run(cutBytes(teamsLine(label), longestLabel) || 'Log', bold)]);
    const text = tailTo(lines.map(teamsLogLine), share - recodedSize(head) - 2 * perLine, recodedText, perLine);
    if (text !== '') elements.push(head, ...text.split('\n').map(lineElement));
  }
  return elements;
}

const wrapped = (content: TeamsPayload['attachments'][0]['content']): TeamsPayload => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
});

/** `{{DATE(…)}}` is not for Teams (learn.microsoft.com "Format cards in Teams"), so there is no time in the reader's own zone. */
const timeElement = (at: number): Element =>
  block([run(`${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`, { size: 'Small' })]);

/** Pure. All of the message stands in runs and buttons' titles, which know no markup. */
export function renderTeams({ message, mentions }: Rendered): TeamsPayload {
  const entities = teamsMentions(mentions);
  const actions = buttons(message.links);
  const called: Element[] =
    entities.length > 0 ? [{ type: 'TextBlock', text: entities.map(({ text }) => text).join(' '), wrap: true }] : [];
  const title = cutBytes(teamsLine(message.title), budget.title) || '–';
  const body = [
    block([run(title, { ...bold, size: 'Large', color: colorOf(message) })]),
    ...called,
    ...paragraph('Why', message.cause, budget.cause),
    ...paragraph('What to do', message.hint, budget.hint),
    ...factElements(message.facts),
    ...commandElements(message.actions),
  ];
  const card = (elements: Element[]) =>
    wrapped({
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.4',
      body: elements,
      ...(actions.length > 0 ? { actions } : {}),
      msteams: { width: 'Full', ...(entities.length > 0 ? { entities } : {}) },
    });
  const time = timeElement(message.at);
  const tails = tailElements(message.logTails ?? [], budget.whole - recodedSize(card([...body, time])));
  return card([...body, ...tails, time]);
}
