import { isoToSecond, toInstant } from '../../core/time.ts';
import type { Action, Fact, Link, Message } from '../message.ts';
import { familyOf } from '../news-kind.ts';
import { understandsMention } from '../routes/mentions.ts';
import type { Rendered } from './channel.ts';
import { safeLinks } from './safe-links.ts';
import { context, fields, header, longestPayload, type SlackBlock, section, sizeOfBlocks } from './slack-blocks.ts';
import { codeTail, commandLine, line, paragraph, plainLine } from './slack-text.ts';
import { keepWithin, moreOf, oneLine } from './text.ts';

/** What is posted: `text` is what notifications show, and readers of screens read. */
export interface SlackContent {
  text: string;
  blocks: SlackBlock[];
}

/** In bytes, see slackSize; below Slack's own limits, so that all of them together fit. */
const limits = {
  header: 140,
  text: 600,
  why: 1600,
  hint: 1200,
  command: 300,
  label: 60,
  value: 340,
  links: 2500,
  tail: 2800,
};
const most = { mentions: 10, commands: 3, facts: 6, inThread: 30, fields: 10, links: 5, tails: 3 };
const shortestTail = 200;

/** Differ in shape too: colours alone tell not everybody apart. */
function markOf({ severity, ongoing, kind }: Message): string {
  if (severity === 'error') return '🔴';
  if (severity === 'warning') return '⚠️';
  if (ongoing || kind === 'deployment-held') return '⏳';
  if (familyOf(kind) === 'digest') return '📋';
  return /-(succeeded|recovered|awake)$/.test(kind) ? '✅' : 'ℹ️';
}

/** `<!here>` and the like as the route has them; what is not Slack's own form calls nobody. */
function callOf({ mentions, message }: Rendered): string[] {
  const known = message.severity === 'error' ? mentions.filter((each) => understandsMention('slack', each)) : [];
  return [...new Set(known)].slice(0, most.mentions);
}

const headline = (message: Message, limit: number) => `${markOf(message)} ${plainLine(message.title, limit - 8)}`;

/** A value that is long is shown in lines of its own, not in one of two columns. */
const isShort = ({ value }: Fact) => value.length <= 90 && !value.includes('\n');

const factText = ({ label, value }: Fact, joint: string) =>
  `*${
    plainLine(label, limits.label)
      .replace(/[*_~`:]/g, ' ')
      .trim() || '–'
  }*${joint}${paragraph(value, limits.value) || '–'}`;

/** Neighbours that are short share a block of two columns; the order stays. */
function factBlocks(facts: readonly Fact[]): SlackBlock[] {
  const blocks: SlackBlock[] = [];
  let columns: string[] = [];
  const flush = () => {
    if (columns.length > 0) blocks.push(fields(columns));
    columns = [];
  };
  for (const fact of facts) {
    if (columns.length === most.fields || !isShort(fact)) flush();
    if (isShort(fact)) columns.push(factText(fact, '\n'));
    else blocks.push(section(factText(fact, fact.value.includes('\n') ? '\n' : ': ')));
  }
  flush();
  return blocks;
}

/** No colon: after a label it could end an emoji's name. */
const typed = ({ label, command }: Action) => `${line(label, limits.label)} – ${commandLine(command, limits.command)}`;

function reasonBlocks({ cause, hint = '', actions = [] }: Message): SlackBlock[] {
  const commands = actions.filter(({ command }) => oneLine(command) && !hint.includes(command)).slice(0, most.commands);
  const texts = [
    ...(cause?.trim() ? [`*Why:* ${paragraph(cause, limits.why)}`] : []),
    ...(hint.trim() ? [`*What to do:* ${paragraph(hint, limits.hint)}`] : []),
    ...(commands.length > 0 ? [commands.map(typed).join('\n')] : []),
  ];
  return texts.map(section);
}

function linkBlocks({ links }: Message): SlackBlock[] {
  const written = safeLinks(links, most.links).map(linkTo);
  const { kept } = keepWithin(written, { budget: limits.links }, (link) => link.length + 3);
  return kept.length > 0 ? [section(kept.join(' · '))] : [];
}

/** A link in the text: a button would show a warning after the click, as nobody of ours answers its interaction. */
function linkTo({ label, url }: Link): string {
  const address = url.replaceAll('&', '&amp;').replaceAll('|', '%7C');
  return `<${address}|${plainLine(label.replace(/[*_~`|]/g, ' '), 75)}>`;
}

const footer = ({ subject, at }: Message, more: number, where: string) => {
  const time = `${isoToSecond(toInstant(at)).replace('T', ' ').replace('Z', '')} UTC`;
  return context([line(subject, 200), time, ...(more > 0 ? [`${moreOf(more)}${where}`] : [])].join(' · '));
};

/** The ends of the logs, sharing what room there is. */
function tailBlocks({ logTails = [] }: Message, room: number): SlackBlock[] {
  const tails = logTails.slice(0, most.tails);
  const each = Math.min(limits.tail, Math.floor(room / Math.max(tails.length, 1)) - 200);
  if (each < shortestTail) return [];
  return tails.flatMap(({ label, lines }) => {
    const tail = codeTail(lines, each);
    return tail ? [section(`*Log:* ${line(label, limits.label)}\n${tail}`)] : [];
  });
}

/** Room for what is around the blocks: names of arguments, the channel, the handle. */
const around = 500;
const roomBeside = (text: string, blocks: readonly SlackBlock[]) =>
  longestPayload - around - Buffer.byteLength(JSON.stringify(text)) - sizeOfBlocks(blocks);

/** The first facts, at most `count`, that `room` has place for; how many are left. */
function factsWithin(facts: readonly Fact[], count: number, room: number) {
  const size = (fact: Fact) => sizeOfBlocks([section(factText(fact, '\n'))]);
  const { kept, more } = keepWithin(facts, { budget: room, most: count }, size);
  return { blocks: factBlocks(kept), more };
}

function headBlocks(rendered: Rendered): SlackBlock[] {
  const call = callOf(rendered);
  const { message } = rendered;
  return [
    header(headline(message, limits.header)),
    ...(call.length > 0 ? [section(call.join(' '))] : []),
    ...reasonBlocks(message),
  ];
}

/** `more`: how many facts it has no place for. */
function standing(rendered: Rendered, count: number, where: string): SlackContent & { more: number } {
  const { message } = rendered;
  const text = headline(message, limits.text);
  const head = headBlocks(rendered);
  const links = linkBlocks(message);
  const fixed = [...head, ...links, footer(message, message.facts.length, where)];
  const { blocks, more } = factsWithin(message.facts, count, roomBeside(text, fixed));
  return { text, blocks: [...head, ...blocks, ...links, footer(message, more, where)], more };
}

/** All in one message: an incoming webhook cannot answer in a thread. */
export function slackWhole(rendered: Rendered): SlackContent {
  const { text, blocks } = standing(rendered, 2 * most.fields, '');
  return { text, blocks: [...blocks, ...tailBlocks(rendered.message, roomBeside(text, blocks))] };
}

/** What stands in the channel: what happened, why, what to do, and the few important facts. */
export function slackMain(rendered: Rendered): SlackContent {
  const { text, blocks } = standing(rendered, most.facts, ' in the thread');
  return { text, blocks };
}

/** What stands in its thread: one line of what is new, unless that is `told`, the rest of the facts and the logs. */
export function slackThread(rendered: Rendered, told: boolean): SlackContent | undefined {
  const { message } = rendered;
  const text = headline(message, limits.text);
  const title = `${markOf(message)} ${line(message.title, limits.text)}`;
  const news = told ? [] : [section([...callOf(rendered), title].join(' '))];
  const left = standing(rendered, most.facts, '').more;
  const facts = left > 0 ? message.facts.slice(-left) : [];
  const { blocks, more } = factsWithin(facts, most.inThread, roomBeside(text, news) / 2);
  const rest = more > 0 ? [...blocks, context(moreOf(more))] : blocks;
  const all = [...news, ...rest, ...tailBlocks(message, roomBeside(text, [...news, ...rest]))];
  return all.length > 0 ? { text, blocks: all } : undefined;
}
