import { escaped, pageOf } from './html.ts';

interface TextRun {
  text: string;
  weight?: string;
  size?: string;
  color?: string;
  fontType?: string;
}

/** Of Adaptive Cards what our messages use. */
interface Element {
  type: string;
  inlines?: readonly TextRun[];
  text?: string;
  spacing?: string;
}

export interface TeamsPicture {
  attachments: readonly { content: { body: readonly Element[]; actions?: readonly { title: string }[] } }[];
}

const runOf = ({ text, weight, size, color, fontType }: TextRun) =>
  `<span class="${[weight, size, color, fontType].filter(Boolean).join(' ')}">${escaped(text)}</span>`;

const elementOf = ({ inlines = [], text = '', spacing }: Element) =>
  `<div class="${spacing === 'None' ? 'tight' : 'apart'}">${inlines.map(runOf).join('')}${escaped(text)}</div>`;

const style = `
body { background: #f5f5f5; color: #242424; font-size: 14px; line-height: 1.4; }
header { font-size: 12px; color: #616161; margin-bottom: 6px; }
header b { color: #242424; }
.card { background: #fff; border: 1px solid #e0e0e0; border-radius: 6px; padding: 14px 16px; }
.apart { margin-top: 9px; }
.apart:first-child { margin-top: 0; }
div { white-space: pre-wrap; overflow-wrap: anywhere; }
.Bolder { font-weight: bold; }
.Large { font-size: 18px; }
.Small { font-size: 12px; }
.Attention { color: #c4314b; }
.Warning { color: #835c00; }
.Good { color: #237b4b; }
.Accent { color: #5b5fc7; }
.Monospace { font-family: "Liberation Mono", monospace; }
.actions { margin-top: 12px; }
button { font: bold 13px "Liberation Sans", sans-serif; background: #fff; border: 1px solid #d1d1d1; border-radius: 4px; padding: 5px 12px; margin-right: 8px; }`;

export function teamsPage({ attachments }: TeamsPicture): string {
  const cards = attachments.map(({ content: { body, actions = [] } }) => {
    const buttons = actions.map(({ title }) => `<button>${escaped(title)}</button>`).join('');
    return `<div class="card">${body.map(elementOf).join('')}${buttons ? `<div class="actions">${buttons}</div>` : ''}</div>`;
  });
  return pageOf(style, `<header><b>Workflows</b> · batuta</header>${cards.join('')}`);
}
