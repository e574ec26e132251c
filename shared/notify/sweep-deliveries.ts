import type { EventBus } from '../aws/event-bus.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';

/** Wakes the worker for deliveries whose time has come and for those whose own event was lost. */
export async function sweepDeliveries(deps: {
  stores: Pick<Stores, 'deliveries'>;
  bus: EventBus;
  now(): Instant;
}): Promise<void> {
  const due = await deps.stores.deliveries.due(deps.now(), 1);
  if (due.length === 0) return;
  const failed = await deps.bus.put([{ 'detail-type': 'Delivery Work Left', detail: {} }]);
  if (failed.length > 0) throw new Error('PutEvents did not take "Delivery Work Left"; the next sweep tries again');
}
