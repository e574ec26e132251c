import { parseStateChange } from '../../shared/events/ours.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { aboutOf, notify } from '../../shared/notify/notify.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** State change on our bus → delivery records for the channels that want the news. */
export const handler = defineHandler({
  name: 'send-notification',
  event: parseStateChange,
  connect: (runtime) => ({ stores: connectStores(runtime), config: runtime.config, now: runtime.now }),
  run: async (event, deps) => {
    const about = aboutOf(event);
    return { channels: about ? await notify(about, deps) : [] };
  },
});
