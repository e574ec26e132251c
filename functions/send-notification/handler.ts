import { parseNewsWanted } from '../../shared/events/news-wanted.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { aboutOf, notify } from '../../shared/notify/notify.ts';
import { silenceReader, silenceStore } from '../../shared/notify/silence.ts';
import { tellDue } from '../../shared/notify/tell-due.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** State change on our bus → delivery records for the channels that want the news; and what alerts tell by the clock. */
export const handler = defineHandler({
  name: 'send-notification',
  event: parseNewsWanted,
  connect: (runtime) => {
    const { config, now, newId } = runtime;
    const stores = connectStores(runtime);
    return { stores, config, now, silences: silenceReader(silenceStore(stores.table, now, newId), now) };
  },
  run: async (event, deps) => {
    if (event.kind === 'due') return { alerts: await tellDue(deps) };
    const about = aboutOf(event.change);
    return { channels: about ? await notify(about, deps) : [] };
  },
});
