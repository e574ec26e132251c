import { cleaned, cutTo, oneLine, type Size, tailTo } from './text.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Slack's three control characters and no others (docs.slack.dev "Formatting message text", "Escaping text"): without
 * them nothing is a mention, a link or a date.
 */
const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);

/**
 * The bytes of escaped text in a JSON body. Slack does not say in what it counts its limits of characters: this is
 * never less than UTF-16 units, code points or bytes.
 */
const slackSize: Size = (text) => Buffer.byteLength(JSON.stringify(escaped(text))) - 2;

/** What could begin or end bold, italic, struck or code text, an emoji's name (no time of day), or a quote. */
const MARKUP = /[*~`]|__|^_|_$|_(?=\W)|(?<=\W)_|:(?!\d\d:)[\p{Ll}\p{Lo}\p{M}\p{N}_+'-]+:|^>/u;

/** Code shows everything as it is but its own mark. */
const asCode = (text: string) => `\`${escaped(text.replaceAll('`', 'ˋ'))}\``;

/** Text of the mrkdwn form that shows what it says: words that Slack would take for markup stand as code. */
const literal = (text: string): string =>
  text.replace(/\S+/g, (word) => (MARKUP.test(word) ? asCode(word) : escaped(word)));

/** The same, cut so that it takes at most `limit` as mrkdwn. */
function literalTo(text: string, limit: number): string {
  for (let room = limit; room > 0; ) {
    const shown = literal(cutTo(text, room, slackSize));
    // What is escaped already counts once: here only quotes, line breaks and other scripts take more.
    const taken = Buffer.byteLength(JSON.stringify(shown)) - 2;
    if (taken <= limit) return shown;
    room = Math.floor((room * limit) / taken);
  }
  return '';
}

/** Several lines; runs of empty ones become one. */
export const paragraph = (text: string, limit: number): string =>
  literalTo(
    cleaned(text)
      .trim()
      .replace(/\n{3,}/g, '\n\n'),
    limit,
  );

export const line = (text: string, limit: number): string => literalTo(oneLine(text), limit);

/** For plain_text, where nothing is markup. */
export const plainLine = (text: string, limit: number): string => escaped(cutTo(oneLine(text), limit, slackSize));

/** A command to copy. */
export const commandLine = (text: string, limit: number): string => asCode(cutTo(oneLine(text), limit - 2, slackSize));

const fence = '```';

/** The end of a log as a code block, at most `limit`; nothing where the log is empty. */
export function codeTail(lines: readonly string[], limit: number): string {
  // A grave accent that cannot end the block takes one byte more.
  const size: Size = (text) => slackSize(text.replaceAll('`', 'ˋ'));
  const tail = tailTo(lines, limit - 2 * size(fence) - 2 * size('\n'), size, size('\n')).replaceAll('`', 'ˋ');
  return tail === '' ? '' : `${fence}\n${escaped(tail)}\n${fence}`;
}
