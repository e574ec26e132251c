import type { DeliveryView } from '../../shared/api/delivery-view.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import type { Command } from '../command.ts';
import { localTime, table } from '../print.ts';

const mostShown = 200;

/** Of a channel or of all, the latest first. */
async function listed(api: Api, state: string, channel: string | undefined) {
  const notifications: DeliveryView[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams(given({ state, channel, cursor, limit: '100' }) as Record<string, string>);
    const page = (await api.get(`/notifications?${query}`)) as { notifications: DeliveryView[]; cursor?: string };
    notifications.push(...page.notifications);
    cursor = page.cursor;
  } while (cursor && notifications.length < mostShown);
  return { notifications, isCut: cursor !== undefined };
}

const since = ({ failedAt, sentAt, waitingSince, createdAt }: DeliveryView) =>
  localTime(failedAt ?? sentAt ?? waitingSince ?? createdAt);

/** What it is about, by the id that other commands take. */
const subject = ({ about }: DeliveryView) => `${about.kind} ${about.id}`;

const next = ({ state, nextAttemptAt, lastError }: DeliveryView) =>
  [lastError, state === 'pending' && lastError && nextAttemptAt && `tried again at ${localTime(nextAttemptAt)}`]
    .filter(Boolean)
    .join('; ');

function listing(state: 'failed' | 'pending' | 'sent', summary: string, hint?: string): Command {
  return apiCommand({
    name: `notify ${state}`,
    synopsis: `[--channel NAME] ${apiSynopsis}`,
    summary,
    options: { channel: { type: 'string' } },
    names: [0, 0],
    async act({ values: { channel }, json }, api, terminal) {
      const answer = await listed(api, state, channel);
      tell(terminal, json, answer, ({ notifications, isCut }) => {
        if (notifications.length === 0) return ['none'];
        const rows = notifications.map((each) => [since(each), each.channel, subject(each), each.id, next(each)]);
        return [
          ...table([['SINCE', 'CHANNEL', 'ABOUT', 'ID', state === 'sent' ? '' : 'WHY'], ...rows]),
          ...(isCut ? [`the latest ${notifications.length}; --channel shows those of one`] : []),
          ...(hint ? [hint] : []),
        ];
      });
      return 0;
    },
  });
}

export const notifyFailed = listing(
  'failed',
  'what was given up, and why',
  'batuta notify replay ID sends one again, as its record then is; --all sends all of them',
);
export const notifyPending = listing('pending', 'what waits to be sent, or to be tried again');
export const notifySent = listing('sent', 'what was sent last');
