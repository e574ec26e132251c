import type { ChannelConfigOf } from '../../config/config.ts';
import type { Message } from '../message.ts';
import { judgeAws, type Refusals } from './aws-answer.ts';
import type { Channel } from './channel.ts';
import { shortText } from './short-message.ts';
import { smsOf, subjectOf } from './sns-text.ts';

/** What each kind of subscriber of the topic gets: e-mail, SMS, and `default` all others. */
export interface SnsNotification {
  subject: string;
  message: { default: string; email: string; sms: string };
}

/** Pure; together below SNS's 262 144 bytes whatever the message holds, and mostly below the 64 KB that are billed as one. */
export function renderSns(message: Message): SnsNotification {
  const text = shortText(message);
  return { subject: subjectOf(message), message: { default: text, email: text, sms: smsOf(message) } };
}

const policy = "allow sns:Publish to this account in the topic's policy";
const key = "allow this account in the policy of the topic's KMS key";

/** Source: SNS API reference, Publish, Errors. */
const refusals: Refusals = {
  channel: {
    NotFound: 'there is no such topic',
    AuthorizationError: policy,
    AccessDenied: policy,
    EndpointDisabled: 'the endpoint is disabled',
    PlatformApplicationDisabled: 'the endpoint is disabled',
    KMSAccessDenied: key,
    KMSDisabled: key,
    KMSNotFound: key,
    KMSInvalidState: key,
    KMSOptInRequired: key,
  },
  message: ['InvalidParameter', 'InvalidParameterValue', 'Validation'],
};

/** E-mail and SMS by a topic, which may be another account's or region's. */
export const sns: Channel<ChannelConfigOf<'sns'>> = {
  paceMs: 0,
  updatesInPlace: false,
  standing: false,
  incidents: false,
  render: ({ message }) => renderSns(message),
  async send({ channel, message }, { publish }) {
    const { subject, message: texts } = renderSns(message);
    try {
      await publish({ topic: channel.topic, subject, message: JSON.stringify(texts) });
      return { kind: 'sent' };
    } catch (error) {
      return judgeAws(error, 'SNS', refusals);
    }
  },
};
