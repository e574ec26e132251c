import type { Stores } from '../../store/stores.ts';
import { type Delivery, deliveryIdOf } from './delivery.ts';

/** Of the channels those that have a delivery of the record `id`; with `is`: one of which that holds. */
export async function withDelivery(
  channels: readonly string[],
  id: string,
  { deliveries }: Pick<Stores, 'deliveries'>,
  is: (delivery: Delivery) => boolean = () => true,
): Promise<string[]> {
  const found = await Promise.all(channels.map((channel) => deliveries.get(deliveryIdOf(channel, id))));
  return channels.filter((_, index) => {
    const delivery = found[index]?.value;
    return delivery !== undefined && is(delivery);
  });
}
