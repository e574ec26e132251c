import { channelPorts } from '../../shared/aws/channel-ports.ts';
import { eventBus } from '../../shared/aws/event-bus.ts';
import { parseDeliveryWanted } from '../../shared/events/delivery-wanted.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { deliverNotifications } from '../../shared/notify/deliver.ts';
import { channelSender } from '../../shared/notify/send.ts';
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
    sender: channelSender(channelPorts(runtime)),
  }),
  run: ({ deliveryIds }, deps, runtime) =>
    deliverNotifications(deliveryIds, deps, () => runtime.remainingMs() - marginMs),
});
