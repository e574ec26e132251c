import { SOURCE } from './ours.ts';
import { fields, ignored, type Parsed, text } from './parse.ts';

/** There may be deliveries to send; the ids name those that an index may not show yet. */
export interface DeliveryWanted {
  deliveryIds: readonly string[];
}

export function parseDeliveryWanted(raw: unknown): Parsed<DeliveryWanted> {
  const event = fields(raw);
  const detail = fields(event.detail);
  const kind = text(event['detail-type']);
  const id = text(detail.id);
  if (event.source === SOURCE && kind === 'Delivery Work Left') return { kind: 'event', value: { deliveryIds: [] } };
  if (event.source === SOURCE && kind === 'Delivery State Change' && detail.state === 'pending' && id)
    return { kind: 'event', value: { deliveryIds: [id] } };
  return ignored(`nothing to deliver: ${kind ?? 'no detail-type'}`);
}
