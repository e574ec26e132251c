import type { EventBus } from '../../aws/event-bus.ts';
import type { Instant } from '../../core/time.ts';
import type { Stores } from '../../store/stores.ts';

/** Wakes send-notification for alerts that have something to tell by now, and for those whose own event was lost. */
export async function sweepAlerts(deps: {
  stores: Pick<Stores, 'alerts'>;
  bus: EventBus;
  now(): Instant;
}): Promise<void> {
  const due = await deps.stores.alerts.due(deps.now(), 1);
  if (due.length === 0) return;
  const failed = await deps.bus.put([{ 'detail-type': 'Alert Work Left', detail: {} }]);
  if (failed.length > 0) throw new Error('PutEvents did not take "Alert Work Left"; the next sweep tries again');
}
