import type { DeliveryView } from '../../shared/api/delivery-view.ts';
import { kindOfTest } from '../../shared/notify/samples/test-news.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { type Command, UsageError } from '../command.ts';
import { localTime, table } from '../print.ts';

const mostPerPage = 100;
const usuallyShown = 50;

/** @throws UsageError */
function readLimit(written: string | undefined): number {
  if (written === undefined) return usuallyShown;
  if (/^[1-9]\d{0,3}$/.test(written)) return Number(written);
  throw new UsageError(`--limit ${written} is no number of rows; write for example --limit 100`);
}

/** Of a channel or of all, the latest first. */
async function listed(api: Api, { limit, ...asked }: { state: string; channel: string | undefined; limit: number }) {
  const notifications: DeliveryView[] = [];
  let cursor: string | undefined;
  do {
    const page = `${Math.min(mostPerPage, limit - notifications.length)}`;
    const query = new URLSearchParams(given({ ...asked, cursor, limit: page }) as Record<string, string>);
    const answer = (await api.get(`/notifications?${query}`)) as { notifications: DeliveryView[]; cursor?: string };
    notifications.push(...answer.notifications);
    cursor = answer.cursor;
  } while (cursor && notifications.length < limit);
  return { notifications, isCut: cursor !== undefined };
}

const since = ({ failedAt, sentAt, waitingSince, createdAt }: DeliveryView) =>
  localTime(failedAt ?? sentAt ?? waitingSince ?? createdAt);

/** By the job's or service's name and the id that other commands take, and what was told of it last. */
function aboutInWords({ about, subject, state, news }: DeliveryView): string {
  const sample = kindOfTest(about);
  if (sample) return `test of ${sample}`;
  if (about.kind !== 'run' && about.kind !== 'deployment') return `${about.kind} ${about.id}`;
  const name = subject?.replace(/^\w+:/, '');
  return `${name ? `${name}, ` : ''}${about.kind} ${about.id}${state === 'sent' && news ? `: ${news}` : ''}`;
}

function why({ mutedUntil, nextAttemptAt, lastError }: DeliveryView): string {
  if (mutedUntil) return `muted until ${localTime(mutedUntil)}`;
  const tried = lastError ? 'tried again at' : 'its channel rests until';
  return [lastError, nextAttemptAt && `${tried} ${localTime(nextAttemptAt)}`].filter(Boolean).join('; ');
}

function listing(state: 'failed' | 'pending' | 'sent', summary: string, hint?: string): Command {
  return apiCommand({
    name: `notify ${state}`,
    synopsis: `[--channel NAME] [--limit N] ${apiSynopsis}`,
    summary,
    options: { channel: { type: 'string' }, limit: { type: 'string' } },
    names: [0, 0],
    async act({ values: { channel, limit }, json }, api, terminal) {
      const answer = await listed(api, { state, channel, limit: readLimit(limit) });
      tell(terminal, json, answer, ({ notifications, isCut }) => {
        if (notifications.length === 0) return ['none'];
        const rows = notifications.map((each) => [since(each), each.channel, aboutInWords(each), each.id, why(each)]);
        return [
          ...table([['SINCE', 'CHANNEL', 'ABOUT', 'ID', state === 'sent' ? '' : 'WHY'], ...rows]),
          ...(isCut ? [`the latest ${notifications.length}; --limit shows more, --channel those of one`] : []),
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
