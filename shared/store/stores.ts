import { eventBus } from '../aws/event-bus.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { deploymentKind } from '../deploy/deployment-record.ts';
import type { Runtime } from '../lambda/runtime.ts';
import type { Alert } from '../notify/alerts/alert.ts';
import { alertKind } from '../notify/alerts/alert-record.ts';
import type { Delivery } from '../notify/deliver/delivery.ts';
import { deliveryKind } from '../notify/deliver/delivery-record.ts';
import { type Digests, digestStore } from '../notify/digests/digest-store.ts';
import type { Run } from '../run/run.ts';
import { runKind } from '../run/run-record.ts';
import { type Leases, leaseStore } from './lease.ts';
import { type RecordOptions, type Records, recordStore } from './records.ts';
import { dynamoTable, type Table } from './table.ts';

export interface Stores {
  table: Table;
  leases: Leases;
  runs: Records<Run>;
  deployments: Records<Deployment>;
  deliveries: Records<Delivery>;
  alerts: Records<Alert>;
  digests: Digests;
}

/** The table's records, connected; needs TABLE_NAME and BUS_NAME. */
export function connectStores(runtime: Omit<Runtime, 'remainingMs'>, deployments: RecordOptions = {}): Stores {
  const table = dynamoTable(runtime.aws, runtime.env('TABLE_NAME'));
  const bus = eventBus(runtime.aws, runtime.env('BUS_NAME'));
  return {
    table,
    leases: leaseStore(table, runtime.now, runtime.newId),
    runs: recordStore(table, bus, runKind, runtime.now),
    deployments: recordStore(table, bus, deploymentKind, runtime.now, deployments),
    deliveries: recordStore(table, bus, deliveryKind, runtime.now),
    alerts: recordStore(table, bus, alertKind, runtime.now),
    digests: digestStore(table),
  };
}
