import type { EventBus } from '../../shared/aws/event-bus.ts';
import type { Instant } from '../../shared/core/time.ts';
import { deploymentKind } from '../../shared/deploy/deployment-record.ts';
import { alertKind } from '../../shared/notify/alerts/alert-record.ts';
import { deliveryKind } from '../../shared/notify/deliver/delivery-record.ts';
import { digestStore } from '../../shared/notify/digests/digest-store.ts';
import { runKind } from '../../shared/run/run-record.ts';
import { recordStore } from '../../shared/store/records.ts';
import type { Table } from '../../shared/store/table.ts';

/** What news is made of and recorded in. */
export const recordStores = (table: Table, bus: EventBus, now: () => Instant) => ({
  table,
  runs: recordStore(table, bus, runKind, now),
  deployments: recordStore(table, bus, deploymentKind, now),
  deliveries: recordStore(table, bus, deliveryKind, now),
  alerts: recordStore(table, bus, alertKind, now),
  digests: digestStore(table),
});
