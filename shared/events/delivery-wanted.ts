import { SOURCE, type WantedLane } from './ours.ts';
import { fields, ignored, list, type Parsed, text } from './parse.ts';

/** Channels that may have something to send. */
export interface DeliveryWanted {
  lanes: readonly WantedLane[];
}

function laneOf(raw: unknown): WantedLane[] {
  const { channel, ids } = fields(raw);
  const name = text(channel);
  return name ? [{ channel: name, ids: list(ids).flatMap((id) => text(id) ?? []) }] : [];
}

export function parseDeliveryWanted(raw: unknown): Parsed<DeliveryWanted> {
  const event = fields(raw);
  const detail = fields(event.detail);
  const kind = text(event['detail-type']);
  const id = text(detail.id);
  const channel = text(detail.subject);
  if (event.source === SOURCE && kind === 'Delivery Work Left')
    return { kind: 'event', value: { lanes: list(detail.lanes).flatMap(laneOf) } };
  if (event.source === SOURCE && kind === 'Delivery State Change' && detail.state === 'pending' && id && channel)
    return { kind: 'event', value: { lanes: [{ channel, ids: [id] }] } };
  return ignored(`nothing to deliver: ${kind ?? 'no detail-type'}`);
}
