import type { Severity } from '../../shared/config/config.ts';
import type { DiscordPayload } from '../../shared/notify/channels/discord-render.ts';
import { discordErrors } from './discord-limits.ts';
import { type Answered, linesOf, type Seen, type StandIn } from './shown.ts';

/** By an embed's color, as discord-render.ts chooses it. */
const severities: Readonly<Record<number, Severity>> = { 13840175: 'error', 16361509: 'warning' };

/** As Discord shows its markdown. */
const plain = (text: string) =>
  text
    .replace(/^```\n?|\n?```$/g, '')
    .replace(/\[([^\]]*)\]\((?:[^()\\]|\\.)*\)/g, '[$1]')
    .replaceAll('**', '')
    .replace(/\\([^\p{L}\p{N}\s])/gu, '$1');

function seenOf({ content, embeds }: DiscordPayload, as: Pick<Seen, 'how' | 'message' | 'edits'>): Seen {
  const [first, ...others] = embeds;
  const title = plain(first?.title ?? content);
  const lines = [
    ...(content && first ? [content] : []),
    ...(first?.description ? linesOf(plain(first.description)) : []),
    ...(first?.fields ?? []).flatMap(({ name, value }) => linesOf(`${plain(name)}: ${plain(value)}`)),
    ...others.flatMap((embed) => [
      `${plain(embed.title ?? '')}:`,
      ...linesOf(plain(embed.description ?? '')).map((line) => `  ${line}`),
    ]),
    ...(first?.footer ? [plain(first.footer.text)] : []),
  ];
  return { ...as, severity: severities[first?.color ?? 0] ?? 'info', title, lines };
}

const error = (status: number, code: number, message: string, errors: readonly string[] = []): Answered => ({
  status,
  body: JSON.stringify({ code, message, errors }),
});

/** A webhook of Discord: posts, and changes what it posted. */
export function discordStandIn(): StandIn {
  const edits = new Map<string, number>();
  return ({ method, path, body }) => {
    const [, id] = /^\/messages\/(\d+)$/.exec(path) ?? [];
    const known = id === undefined ? undefined : edits.get(id);
    if (method === 'PATCH' && known === undefined) return error(404, 10008, 'Unknown Message');
    if (method !== (id === undefined ? 'POST' : 'PATCH')) return error(405, 0, '405: Method Not Allowed');
    const payload = JSON.parse(body) as DiscordPayload;
    const errors = discordErrors(payload);
    if (errors.length > 0) return error(400, 50035, 'Invalid Form Body', errors);
    const message = id ?? `${edits.size + 1}`;
    const changed = known === undefined ? 0 : known + 1;
    edits.set(message, changed);
    const how = id === undefined ? 'posted' : 'updated';
    return {
      status: 200,
      body: JSON.stringify({ id: message }),
      seen: seenOf(payload, { how, message, edits: changed }),
    };
  };
}
