import type { TeamsPayload } from '../../shared/notify/channels/teams-card.ts';

/** As .NET's encoder writes JSON anew: all but the Basic Latin block as `\uXXXX`, and what HTML takes for its own. */
export const rewritten = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/\\"/g, '\\u0022')
    .replace(/[<>&'+`\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Why Teams would show nothing of a card, or another than was meant. */
export function teamsErrors(payload: TeamsPayload): string[] {
  const [attachment] = payload.attachments ?? [];
  if (payload.type !== 'message' || attachment?.contentType !== 'application/vnd.microsoft.card.adaptive')
    return ['no card in the message'];
  const { type, version, body, actions = [], msteams } = attachment.content;
  const blocks = body.flatMap((element) => (element.type === 'TextBlock' ? [element.text] : []));
  return [
    ...(rewritten(payload).length > 28 * 1024 ? ['larger than 28 KB'] : []),
    ...(type === 'AdaptiveCard' && version === '1.4' ? [] : ['no Adaptive Card 1.4']),
    ...body.flatMap((element) =>
      element.type === 'RichTextBlock' && element.inlines.some(({ text }) => typeof text !== 'string' || text === '')
        ? ['a run without text']
        : [],
    ),
    ...(actions.length > 6 ? ['more than 6 buttons'] : []),
    ...actions.flatMap(({ title, url }) =>
      title && /^https:|^http:\/\/(localhost|127\.0\.0\.1)/.test(url) ? [] : [`button ${url}`],
    ),
    ...(msteams.entities ?? []).flatMap(({ text, mentioned }) =>
      blocks.some((block) => block.includes(text)) && text === `<at>${mentioned.name}</at>` ? [] : [`mention ${text}`],
    ),
  ];
}
