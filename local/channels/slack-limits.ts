/** What Slack would refuse of a message, by its documented limits. */

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const lengthOf = (value: unknown) => (typeof value === 'string' ? value.length : -1);
const within = (value: unknown, most: number) => lengthOf(value) >= 1 && lengthOf(value) <= most;

function isText(value: unknown, most: number, types: readonly string[]): boolean {
  const { type, text, verbatim, emoji } = (value ?? {}) as Json;
  if (!types.includes(String(type)) || !within(text, most)) return false;
  return type === 'mrkdwn' ? emoji === undefined : verbatim === undefined;
}
const any = ['plain_text', 'mrkdwn'];

/** docs.slack.dev, reference of each block: lengths in UTF-16 units, the most that anybody could count as characters. */
function isBlock(block: Json): boolean {
  const { type, text, fields, elements } = block;
  switch (type) {
    case 'header':
      return isText(text, 150, ['plain_text']);
    case 'section': {
      const columns = list(fields);
      if (text === undefined && columns.length === 0) return false;
      return (
        (text === undefined || isText(text, 3000, any)) &&
        columns.length <= 10 &&
        columns.every((each) => isText(each, 2000, any))
      );
    }
    case 'context':
      return (
        list(elements).length >= 1 && list(elements).length <= 10 && list(elements).every((e) => isText(e, 3000, any))
      );
    default:
      return type === 'divider';
  }
}

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** Stricter than Slack: no halves of characters, no control characters, nothing that hides or turns text. */
const isClean = (text: string) =>
  text.isWellFormed() && !/[[\p{Cc}--[\n\t]]\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/v.test(text);

/** Its error code; `raw`: the body as it came. */
export function refusalOfMessage(raw: string, { text, blocks }: Json): string | undefined {
  if (!textsIn(JSON.parse(raw)).every(isClean)) return 'invalid_json';
  const all = list(blocks);
  if (!text && all.length === 0) return 'no_text';
  if (lengthOf(text) > 4000) return 'msg_too_long';
  if (all.length > 50 || !all.every(isBlock)) return 'invalid_blocks';
  return Buffer.byteLength(raw) >= 12_000 ? 'msg_blocks_too_long' : undefined;
}
