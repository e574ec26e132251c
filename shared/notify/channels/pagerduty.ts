import type { ChannelConfigOf } from '../../config/config.ts';
import type { Channel, Handle, Sent } from './channel.ts';
import { type HttpAnswer, judge } from './http.ts';
import { type PagerDutyEvent, renderPagerDuty, resolveBy } from './pagerduty-event.ts';
import { cutTo, oneLine } from './text.ts';

/** The service regions of "Events API v2"; an account lives in one. */
const addresses = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

/** A 429 asks for "a backoff of a few minutes" (developer.pagerduty.com "Events API v2 Overview"); pages cannot wait that long. */
const throttledMs = 60_000;

const wrongKey =
  'put the Integration Key of an "Events API v2" integration of the PagerDuty service there, and check the region';

/** `{"status":"invalid event","message":…,"errors":["Length of 'routing_key' is incorrect …"]}` */
function errorsIn(body: string): string {
  try {
    const { message, errors } = JSON.parse(body) as { message?: unknown; errors?: unknown };
    const all = [message, ...(Array.isArray(errors) ? errors : [errors])];
    return cutTo(oneLine(all.filter((part) => typeof part === 'string').join('; ')), 200);
  } catch {
    return '';
  }
}

/** What PagerDuty's answer means; only a wrong routing key and a missing address are the channel's fault. */
function judgePagerDuty(answer: HttpAnswer, routingKey: string): Sent {
  const judged = judge(answer);
  if (answer.kind !== 'answer' || judged.kind === 'sent') return judged;
  if (judged.kind === 'retry')
    return answer.status === 429 ? { ...judged, afterMs: Math.max(judged.afterMs ?? 0, throttledMs) } : judged;
  const said = errorsIn(answer.body).replaceAll(routingKey || ' ', '…');
  const why = `${judged.why}${said ? ` (${said})` : ''}`;
  return /routing[ _]key/i.test(said)
    ? { kind: 'refused', scope: 'channel', why: `${why}: ${wrongKey}` }
    : { ...judged, why };
}

/** What the record's news before this opened, and this does not go on with. */
function leftOpen(handle: Handle | undefined, event: PagerDutyEvent | undefined): string | undefined {
  const opened = handle?.opened;
  return opened === undefined || opened === event?.dedup_key ? undefined : opened;
}

/**
 * PagerDuty Events v2. Only troubles and their end are sent: anything else counts as sent without a request. A
 * trouble's later news triggers the same alert, which adds to it and calls nobody again once it is acknowledged; what a
 * record's earlier news opened is resolved when the record has other news: a hold by its approval, a late start by the run's end.
 * PagerDuty throttles by key and by need; 120 events a minute have been its limit.
 */
export const pagerduty: Channel<ChannelConfigOf<'pagerduty'>> = {
  paceMs: 500,
  updatesInPlace: false,
  standing: true,
  incidents: true,
  render: ({ message, record }) => renderPagerDuty(message, record) ?? null,
  async send({ channel, message, handle, record, quiet = false }, { http, secretOf, pagerDutyUrl }) {
    const asked = renderPagerDuty(message, record);
    const over = leftOpen(handle, asked);
    const isPage = asked?.event_action === 'trigger';
    const event = isPage && quiet ? undefined : asked;
    const events = [...(event ? [event] : []), ...(over === undefined ? [] : [resolveBy(message, over)])];
    if (events.length === 0) return { kind: 'sent' };
    const routingKey = (await secretOf(channel.routingKey)).trim();
    const url = pagerDutyUrl ?? addresses[channel.region];
    for (const each of events) {
      const answer = await http.post(url, JSON.stringify({ routing_key: routingKey, ...each }));
      const judged = judgePagerDuty(answer, routingKey);
      if (judged.kind !== 'sent') return judged;
    }
    return { kind: 'sent', handle: isPage && !quiet ? { opened: asked.dedup_key } : {} };
  },
};
