import { escaped, pageOf } from './html.ts';

interface Text {
  type: 'plain_text' | 'mrkdwn';
  text: string;
}

/** Of Block Kit what our messages use. */
interface Block {
  type: string;
  text?: Text;
  fields?: readonly Text[];
  elements?: readonly Text[];
}

export interface SlackPicture {
  message: { blocks: readonly Block[] };
  thread?: { blocks: readonly Block[] };
}

/** What Slack escapes is escaped already; of its markup what our messages use. */
const marked = (text: string) =>
  text
    .replace(/```\n?(.*?)\n?```/gs, '<pre>$1</pre>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replace(/<(https:[^|>]+)\|([^>]+)>/g, '<a href="$1">$2</a>');

const textOf = ({ type, text }: Text) => (type === 'mrkdwn' ? marked(text) : escaped(text));

const blockOf = ({ type, text, fields = [], elements = [] }: Block) =>
  `<div class="${type}">${[
    text ? textOf(text) : '',
    fields.length > 0
      ? `<div class="fields">${fields.map((field) => `<div>${textOf(field)}</div>`).join('')}</div>`
      : '',
    elements.map(textOf).join(' '),
  ].join('')}</div>`;

const post = (blocks: readonly Block[]) =>
  `<div class="post"><div class="face">B</div><div class="said"><div><b>Batuta</b> <i>APP</i></div>${blocks
    .map(blockOf)
    .join('')}</div></div>`;

const style = `
body { color: #1d1c1d; background: #fff; font-size: 15px; line-height: 1.45; }
.post { display: flex; gap: 10px; }
.face { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #3b5b8c; color: #fff; font-weight: bold; text-align: center; line-height: 36px; }
.said { flex: 1; }
.said > div { margin-bottom: 7px; white-space: pre-line; }
i { font-style: normal; font-size: 10px; background: #eee; border-radius: 2px; padding: 1px 3px; color: #616061; }
.header { font-size: 18px; font-weight: bold; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 20px; }
code { font-size: 12px; color: #c01343; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
pre { font: 12px/1.5 "Liberation Mono", monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; }
a { color: #1264a3; text-decoration: none; }
.context { font-size: 12px; color: #616061; }
.thread { margin: 4px 0 0 46px; padding: 10px 0 0 12px; border-left: 3px solid #ddd; }
.thread > p { margin: 0 0 8px; font-size: 12px; color: #616061; }`;

const sheetStyle = `
.sheet { columns: 2; column-gap: 34px; font-size: 13px; }
.sheet .post { break-inside: avoid; padding: 0 0 12px; margin: 0 0 12px; border-bottom: 1px solid #e4e4e4; }
.sheet .header { font-size: 15px; }`;

/** Messages side by side, without their threads. */
export const slackSheet = (pictures: readonly SlackPicture[]): string =>
  pageOf(
    style + sheetStyle,
    `<div class="sheet">${pictures.map(({ message }) => post(message.blocks)).join('')}</div>`,
  );

/** The message in the channel, and under it what stands in its thread. */
export function slackPage({ message, thread }: SlackPicture): string {
  const below = thread ? `<div class="thread"><p>Thread, 1 reply</p>${post(thread.blocks)}</div>` : '';
  return pageOf(style, `${post(message.blocks)}${below}`);
}
