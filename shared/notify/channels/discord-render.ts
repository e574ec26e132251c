import type { Fact, LogTail, Message } from '../message.ts';
import type { Rendered } from './channel.ts';
import { type AllowedMentions, discordMentions } from './discord-mentions.ts';
import { codeBlock, codeSize, escapeDiscord, linkTo, shown } from './discord-text.ts';
import { safeLinks } from './safe-links.ts';
import { cleaned, cutTo, keepWithin, moreOf, oneLine, tailTo } from './text.ts';

interface Embed {
  title?: string;
  description?: string;
  color: number;
  fields?: { name: string; value: string; inline: boolean }[];
  footer?: { text: string };
  /** ISO 8601. */
  timestamp?: string;
}

/** The body of Execute Webhook and Edit Webhook Message. */
export interface DiscordPayload {
  /** Whom the route calls and nothing else: only here can a mention reach anybody. */
  content: string;
  embeds: Embed[];
  allowed_mentions: AllowedMentions;
}

/**
 * discord.com/developers "Execute Webhook" and "Embed Limits": content 2000 characters, 10 embeds, title 256,
 * description 4096, 25 fields of 256 and 1024, footer 2048, 6000 for the text of all embeds together.
 */
const limits = { title: 256, subject: 120, cause: 1024, hint: 900, actions: 500, links: 1500, total: 6000 };
const facts = { most: 25, label: 100, value: 500, budget: 1300, besideOthers: 40 };
/** So short a tail tells nothing. */
const shortestTail = 60;

function colorOf({ severity, closes, incident }: Message): number {
  if (severity === 'error') return 0xd32f2f;
  if (severity === 'warning') return 0xf9a825;
  return closes || incident?.state === 'closed' ? 0x2e7d32 : 0x1976d2;
}

function command(text: string): string {
  const line = cutTo(oneLine(text), 200);
  return line.includes('`') ? escapeDiscord(line) : `\`${line}\``;
}

/** Why, what to do, what to type and where to look, in this order. At most 4096. */
function descriptionOf({ cause, hint, actions = [], links }: Message): string {
  const typed = actions.map(({ label, command: text }) => `${shown(oneLine(label), 100)}: ${command(text)}`);
  const clicked = safeLinks(links).map(({ label, url }) => linkTo(label, url));
  const within = (lines: string[], budget: number) => keepWithin(lines, { budget }, (line) => line.length + 3).kept;
  return [
    ...(cause ? [`**Why:** ${shown(cleaned(cause).trim(), limits.cause)}`] : []),
    ...(hint ? [`**What to do:** ${shown(cleaned(hint).trim(), limits.hint)}`] : []),
    ...within(typed, limits.actions),
    within(clicked, limits.links).join(' · '),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Discord refuses a field without a name or a value. */
function fieldOf({ label, value }: Fact) {
  const text = shown(cleaned(value).trim(), facts.value) || '–';
  return {
    name: shown(oneLine(label), facts.label) || '–',
    value: text,
    inline: text.length <= facts.besideOthers && !text.includes('\n'),
  };
}

function fieldsOf(all: readonly Fact[]) {
  const more = (count: number) => ({ name: '…', value: moreOf(count), inline: false });
  const { kept, more: left } = keepWithin(
    all.slice(0, facts.most).map(fieldOf),
    { budget: facts.budget, most: all.length > facts.most ? facts.most - 1 : facts.most, reserve: 20 },
    ({ name, value }) => name.length + value.length,
  );
  const cut = left + Math.max(0, all.length - facts.most);
  return cut > 0 ? [...kept, more(cut)] : kept;
}

/** Each tail in an embed of its own, as far as the 6000 reach. */
function tailEmbeds(tails: readonly LogTail[], room: number, color: number): Embed[] {
  const embeds: Embed[] = [];
  let left = room;
  for (const [index, { label, lines }] of tails.slice(0, 8).entries()) {
    const share = Math.floor(left / (Math.min(tails.length, 8) - index));
    const title = shown(oneLine(label), 120);
    const text = tailTo(lines, Math.min(share - title.length, 4000) - 10, codeSize);
    if (share < shortestTail + title.length || text === '') continue;
    const description = codeBlock(text);
    embeds.push({ ...(title ? { title } : {}), description, color });
    left -= title.length + description.length;
  }
  return embeds;
}

const textOf = ({ title = '', description = '', fields = [], footer }: Embed): number =>
  title.length +
  description.length +
  fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0) +
  (footer?.text.length ?? 0);

/** Pure. Nothing of the message stands in `content`; everything else is escaped and cut at its least important end. */
export function renderDiscord({ message, mentions }: Rendered): DiscordPayload {
  const { content, allowed } = discordMentions(mentions);
  const color = colorOf(message);
  const description = descriptionOf(message);
  const fields = fieldsOf(message.facts);
  // A footer is plain text, without formatting.
  const subject = cutTo(oneLine(message.subject), limits.subject);
  const first: Embed = {
    title: shown(oneLine(message.title), limits.title) || '–',
    ...(description ? { description } : {}),
    color,
    ...(fields.length > 0 ? { fields } : {}),
    ...(subject || message.ongoing
      ? { footer: { text: [subject, message.ongoing ? 'under way' : ''].filter(Boolean).join(' · ') } }
      : {}),
    timestamp: new Date(message.at).toISOString(),
  };
  const tails = tailEmbeds(message.logTails ?? [], limits.total - textOf(first), color);
  return { content, embeds: [first, ...tails], allowed_mentions: allowed };
}

/** What follows a message that was changed: nobody is alerted by a change, so that a trouble and its end need a line of their own. */
export function renderDiscordCall({ message, mentions }: Rendered): DiscordPayload {
  const { facts: _, actions: __, links: ___, logTails: ____, hint: _____, ...short } = message;
  return renderDiscord({ message: { ...short, facts: [] }, mentions });
}
