/** What Slack's markup would make of a text. */

type Json = Record<string, unknown>;

/** The texts in which Slack looks for markup. */
export const mrkdwnOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as Json;
  return type === 'mrkdwn' ? [String(text)] : Object.values(value).flatMap(mrkdwnOf);
};

const MENTION = /<(?:!(?:here|channel|everyone)|[@][UW]\w+|!subteam\^\w+)(?:\|[^>]*)?>/g;

/** Whom a message calls: the control sequences in its text and blocks, code or not. */
export const mentionsIn = ({ text, blocks }: Json): string[] =>
  [String(text ?? ''), JSON.stringify(blocks ?? [])].flatMap((each) => each.match(MENTION) ?? []);

/** What is left of a text without its code and its links, whose labels hold no markup: only there markup works. */
const withoutCode = (text: string) =>
  text
    .replace(/```[^`]+```/g, '')
    .replace(/`[^`\n]+`/g, '')
    .replace(/<https?:[^|<>\s]+\|[^|<>*_~`\n]+>/g, '');

/** Everything in a text of the mrkdwn form that could be markup. */
export const markupIn = (text: string): string[] =>
  withoutCode(text).match(
    /[*~`<>]|(?<![^\W_])_|_(?![^\W_])|:(?!\d\d:)[\p{Ll}\p{Lo}\p{M}\p{N}_+'-]+:|^&gt;|&(?!amp;|lt;|gt;)/gmu,
  ) ?? [];
