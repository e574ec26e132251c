import { eventBus } from '../../shared/aws/event-bus.ts';
import { secretValues } from '../../shared/aws/secret-values.ts';
import { parseDeliveryWanted } from '../../shared/events/delivery-wanted.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { deliverNotifications } from '../../shared/notify/deliver.ts';
import { httpSender } from '../../shared/notify/send.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** Left for recording the last sending before Lambda ends the function. */
const marginMs = 60_000;

/** Worker: sends what is due. */
export const handler = defineHandler({
  name: 'deliver-notifications',
  event: parseDeliveryWanted,
  connect: (runtime) => ({
    stores: connectStores(runtime),
    bus: eventBus(runtime.aws, runtime.env('BUS_NAME')),
    config: runtime.config,
    log: runtime.log,
    now: runtime.now,
    sleep: runtime.sleep,
    sender: httpSender({
      secretOf: secretValues(runtime.aws),
      fetch: runtime.fetch,
      now: runtime.now,
      local: runtime.env('STAGE') === 'local',
    }),
  }),
  run: ({ deliveryIds }, deps, runtime) =>
    deliverNotifications(deliveryIds, deps, () => runtime.remainingMs() - marginMs),
});
