import { linesOf } from './shown.ts';

interface Text {
  text: string;
}

/** The blocks that slack-blocks.ts makes. */
export interface Block {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: Text[];
}

const unescaped = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** As Slack shows its markup: code to the letter, bold without its asterisks. */
export const plain = (mrkdwn: string): string =>
  unescaped(
    mrkdwn
      .split(/(```.*?```|`[^`\n]+`)/s)
      .map((part) => {
        if (part.startsWith('```')) return part.replace(/^```\n?|\n?```$/g, '').replace(/^/gm, '  ');
        return part.startsWith('`')
          ? part.slice(1, -1)
          : part.replace(/\*([^*\n]+)\*/g, '$1').replace(/<https?:[^|>]+\|([^>]+)>/g, '[$1]');
      })
      .join(''),
  );

/** A column has its label above its value. */
const column = ({ text }: Text) => plain(text).replace('\n', ': ');

export function linesOfBlock({ type, text, fields = [], elements = [] }: Block): string[] {
  switch (type) {
    case 'section':
      return [...(text ? linesOf(plain(text.text)) : []), ...fields.flatMap((field) => linesOf(column(field)))];
    case 'context':
      return elements.map((element) => plain(element.text));
    default:
      return [];
  }
}
