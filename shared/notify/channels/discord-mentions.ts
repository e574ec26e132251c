export interface AllowedMentions {
  parse: 'everyone'[];
  users: string[];
  roles: string[];
}

/** Of 100 ids that `allowed_mentions` may list (discord.com/developers, "Allowed Mentions Object") we need few. */
const most = 50;

/**
 * Whom a route calls: `everyone`, `here`, `<@USER>`, `<@&ROLE>`. Only these are allowed to reach anybody; what is in
 * another channel's terms is left out.
 */
export function discordMentions(mentions: readonly string[]): { content: string; allowed: AllowedMentions } {
  const allowed: AllowedMentions = { parse: [], users: [], roles: [] };
  const shown = new Set<string>();
  for (const mention of mentions.slice(0, most)) {
    const [, all] = /^@?(everyone|here)$/.exec(mention) ?? [];
    const [, role, id] = /^<@(?:!|(&))?(\d{1,20})>$/.exec(mention) ?? [];
    if (all) {
      allowed.parse = ['everyone'];
      shown.add(`@${all}`);
    } else if (id && !shown.has(`<@${role ?? ''}${id}>`)) {
      allowed[role ? 'roles' : 'users'].push(id);
      shown.add(`<@${role ?? ''}${id}>`);
    }
  }
  return { content: [...shown].join(' '), allowed };
}
