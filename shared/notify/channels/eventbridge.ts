import type { ChannelConfigOf } from '../../config/config.ts';
import { judgeAws, type Refusals } from './aws-answer.ts';
import type { Channel } from './channel.ts';
import { renderWebhook, type WebhookPayload } from './webhook.ts';

const policy = "allow events:PutEvents to this account in the bus's policy";

/** Source: EventBridge API reference, PutEvents, Errors, and PutEventsResultEntry, `ErrorCode`. */
const refusals: Refusals = {
  channel: {
    AccessDenied: policy,
    NotAuthorizedForSource: policy,
    NotAuthorizedForDetailType: policy,
    ResourceNotFound: 'there is no such bus',
    InvalidAccountId: 'there is no such account',
  },
  message: ['Validation', 'InvalidArgument', 'MalformedDetail', 'RedactionFailure'],
};

/** What an event carries: a webhook's `data`, below the 256 KB of an entry. */
type EventDetail = WebhookPayload['data'] & {
  /** The same at every attempt to tell the same news. */
  id: string;
};

/** Events `Batuta Notification` of the source `batuta` on a bus, which may be another account's or region's. */
export const eventbridge: Channel<ChannelConfigOf<'eventbridge'>> = {
  paceMs: 0,
  updatesInPlace: false,
  standing: false,
  incidents: false,
  render: ({ message }) => renderWebhook(message).data,
  async send({ channel, message, id }, { putEvent }) {
    const detail: EventDetail = { id, ...renderWebhook(message).data };
    const event = { detailType: 'Batuta Notification', detail: JSON.stringify(detail), at: message.at };
    try {
      await putEvent({ bus: channel.bus, ...event });
      return { kind: 'sent' };
    } catch (error) {
      return judgeAws(error, 'EventBridge', refusals);
    }
  },
};
