import { channelPorts } from '../../shared/aws/channel-ports.ts';
import { eventBus } from '../../shared/aws/event-bus.ts';
import { parseDeliveryWanted } from '../../shared/events/delivery-wanted.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { channelStates } from '../../shared/notify/deliver/channel-state.ts';
import { deliverNotifications } from '../../shared/notify/deliver/deliver.ts';
import { channelTroubles } from '../../shared/notify/deliver/deliver-troubles.ts';
import { channelSender } from '../../shared/notify/deliver/send.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** Left for recording the last sending before Lambda ends the function. */
const marginMs = 60_000;

/** Worker: sends what the channels that are named have waiting. */
export const handler = defineHandler({
  name: 'deliver-notifications',
  event: parseDeliveryWanted,
  connect: (runtime) => {
    const stores = connectStores(runtime);
    const { config, log, now, sleep } = runtime;
    return {
      stores,
      states: channelStates(stores.table, now),
      troubles: channelTroubles(stores, now),
      bus: eventBus(runtime.aws, runtime.env('BUS_NAME')),
      sender: channelSender(channelPorts(runtime)),
      ...{ config, log, now, sleep },
    };
  },
  run: (wanted, deps, runtime) => deliverNotifications(wanted, deps, () => runtime.remainingMs() - marginMs),
});
