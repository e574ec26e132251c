import { cleaned, oneLine } from './text.ts';

/**
 * How many bytes a text takes in JSON at worst: Power Automate writes the card anew, everything but plain letters,
 * digits and common signs as `\uXXXX`. Adds up.
 */
export const recodedText = (text: string): number =>
  text.length + 5 * (text.match(/[^\w !#$%()*,\-./:;=?@[\]^{|}~]/g)?.length ?? 0);

/** The same for a value that is written as JSON: its own quotation marks stay as they are. */
export function recodedSize(value: unknown): number {
  const json = JSON.stringify(value);
  const longer = json.match(/\\(?:u[\da-f]{4}|.)|[<>&'+`\u007f-\uffff]/g) ?? [];
  return longer.reduce((size, part) => size + 6 - part.length, json.length);
}

/**
 * Runs of a RichTextBlock know no markdown (learn.microsoft.com "Text features": not for RichTextBlock; a backslash
 * would be shown by Teams on phones, microsoft/AdaptiveCards#5590). What they may know is broken apart: `<at>` of
 * mentions, and `{{DATE(…)}}` and `{{TIME(…)}}`, which clients of Adaptive Cards replace.
 */
const inert = (text: string): string => text.replace(/<(?=\s*\/?\s*at\b)/gi, '‹').replace(/\{(?=\{)/g, '{ ');

export const teamsLine = (text: string): string => inert(oneLine(text));
/** A line of a log, its indentation kept. */
export const teamsLogLine = (text: string): string => inert(cleaned(text));
