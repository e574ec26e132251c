import { cutTo } from './text.ts';

const ANYWHERE = /[\\*_~|`<[\]@]|:(?=\/\/|[\w+-]{1,64}:)/g;
const LINE_START = /^([ \t]*)([#>+-]|\d{1,9}(?=[.)]))/gm;
const MAY_BE_ESCAPED = /[\\*_~|`<[\]@:#>+.)-]/g;

/**
 * Plain text that Discord shows as it stands: a backslash before what could begin formatting, a link, a mention, a
 * timestamp, an emoji (`:tada:`), a heading, a quote or a list (discord.com/developers "Message Formatting";
 * support.discord.com "Markdown Text 101").
 */
export const escapeDiscord = (text: string): string =>
  text
    .replace(ANYWHERE, '\\$&')
    .replace(LINE_START, (_all, indent: string, sign: string) =>
      /\d/.test(sign) ? `${indent}${sign}\\` : `${indent}\\${sign}`,
    );

/** At least what the escaped text takes, whatever stands before it. */
const escapedSize = (text: string): number => text.length + (text.match(MAY_BE_ESCAPED)?.length ?? 0);

/** Cut, then escaped: at most `limit` characters. */
export const shown = (text: string, limit: number): string => escapeDiscord(cutTo(text, limit, escapedSize));

/** In a code block nothing is formatted but its end: a zero-width space after each backtick keeps three apart. */
export const codeSize = (text: string): number => text.length + (text.match(/`/g)?.length ?? 0);
export const codeBlock = (text: string): string => `\`\`\`\n${text.replaceAll('`', '`\u200b')}\n\`\`\``;

/** In a link's address only what could end it: it stays the same address. */
export const linkTo = (label: string, url: string): string =>
  `[${escapeDiscord(label)}](${url.replace(/[()<>\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)})`;
