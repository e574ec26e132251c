import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AwsCallFailed } from '../core/errors.ts';
import { SOURCE } from '../events/ours.ts';
import type { ChannelPorts } from '../notify/channels/channel.ts';
import { type AwsConnection, call } from './connection.ts';
import { regionalClients } from './regional-clients.ts';

const mayPass = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);

/**
 * Puts an event on a bus in the region that its ARN names: EventBridge takes events for buses of its own region only.
 * PutEvents answers 200 where the entry failed.
 */
export function busesOfOthers(aws: AwsConnection): ChannelPorts['putEvent'] {
  const clientOf = regionalClients(aws, (regional) => new EventBridgeClient(regional));
  return async ({ bus, detailType, detail, at }) => {
    const entry = { EventBusName: bus, Source: SOURCE, DetailType: detailType, Detail: detail, Time: new Date(at) };
    const answer = await call('PutEvents', () => clientOf(bus).send(new PutEventsCommand({ Entries: [entry] })));
    const { ErrorCode: code, ErrorMessage: message = '' } = answer.Entries?.[0] ?? {};
    if (code) throw new AwsCallFailed('PutEvents', code, message, mayPass.has(code), undefined);
  };
}
