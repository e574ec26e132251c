export interface TeamsMention {
  type: 'mention';
  text: string;
  mentioned: { id: string; name: string };
}

const address = /^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)+$/;
const objectId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const longest = 120;
const most = 10;

/**
 * Whom a route calls, by e-mail address (user principal name) or Microsoft Entra object id; what is in another
 * channel's terms is left out. Shown by the part before the `@`, without what markdown may take for its own.
 * Source: learn.microsoft.com "Format cards in Teams", "Mention support within Adaptive Cards"; the `text` of an
 * entity is what stands in the card.
 */
export function teamsMentions(mentions: readonly string[]): TeamsMention[] {
  const ids = new Set(mentions.filter((id) => id.length <= longest && (address.test(id) || objectId.test(id))));
  return [...ids].slice(0, most).map((id) => {
    const name =
      id
        .replace(/@.*/, '')
        .replace(/[^\p{L}\p{N}.-]+/gu, ' ')
        .trim() || 'somebody';
    return { type: 'mention', text: `<at>${name}</at>`, mentioned: { id, name } };
  });
}
