import { discordErrors } from '../../../local/channels/discord-limits.ts';
import type { DiscordPayload } from '../../../shared/notify/channels/discord-render.ts';
import { type Answer, startReceiver } from './receiver.ts';

/** Whom a message reaches: only what its content names and `allowed_mentions` lets through. */
function calledBy({ content, allowed_mentions: { parse, users, roles } }: DiscordPayload): string[] {
  const names = content.match(/@everyone|@here|<@[!&]?\d+>/g) ?? [];
  return names.filter((name) => {
    const id = name.replace(/\D/g, '');
    if (id === '') return parse.includes('everyone');
    return name.startsWith('<@&') ? roles.includes(id) : users.includes(id);
  });
}

const error = (status: number, code: number, message: string): Answer => ({ status, body: { message, code } });

/** Discord's webhooks as they are documented; `next` answers the next requests in its stead. */
export async function startDiscord({ now = () => 0 }: { now?: () => number } = {}) {
  const messages = new Map<string, DiscordPayload>();
  const called: string[] = [];
  const next: Answer[] = [];
  const recent: number[] = [];
  const state = { deleted: false, lastId: 100 };

  const throttled = (): Answer | undefined => {
    while (recent[0] !== undefined && recent[0] <= now() - 2000) recent.shift();
    if (recent.length < 5) {
      recent.push(now());
      return undefined;
    }
    const seconds = ((recent[0] ?? 0) + 2000 - now()) / 1000;
    const body = { message: 'You are being rate limited.', retry_after: seconds, global: false };
    return { status: 429, body, headers: { 'retry-after': String(Math.ceil(seconds)) } };
  };

  const { origin, asked } = await startReceiver(({ method, url, body }) => {
    const scripted = next.shift();
    if (scripted) return scripted;
    const [, token, id] = /^\/api\/webhooks\/1\/([^/]+)(?:\/messages\/(\d+))?$/.exec(url.pathname) ?? [];
    if (state.deleted || token === undefined) return error(404, 10015, 'Unknown Webhook');
    if (token !== 'secret') return error(401, 50027, 'Invalid Webhook Token');
    if (id !== undefined && !messages.has(id)) return error(404, 10008, 'Unknown Message');
    const limited = throttled();
    if (limited) return limited;
    const payload = JSON.parse(body) as DiscordPayload;
    const errors = discordErrors(payload);
    if (errors.length > 0) return { status: 400, body: { message: 'Invalid Form Body', code: 50035, errors } };
    const key = id ?? String(++state.lastId);
    messages.set(key, payload);
    // An edit reaches nobody.
    if (method === 'POST') called.push(...calledBy(payload));
    return url.searchParams.get('wait') === 'true' || id ? { status: 200, body: { id: key } } : { status: 204 };
  });
  return { url: `${origin}/api/webhooks/1/secret`, origin, asked, messages, called, next, state };
}
