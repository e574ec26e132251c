import { parseNewsWanted } from '../../shared/events/news-wanted.ts';
import { defineHandler } from '../../shared/lambda/define-handler.ts';
import { tellDue } from '../../shared/notify/alerts/tell-due.ts';
import { makeDigests } from '../../shared/notify/digests/digest-make.ts';
import { digestWatch } from '../../shared/notify/digests/digest-store.ts';
import { aboutOf, notify } from '../../shared/notify/notify.ts';
import { silenceReader, silenceStore } from '../../shared/notify/routes/silence.ts';
import { connectStores } from '../../shared/store/stores.ts';

/** State change on our bus → delivery records for the channels that want the news; and what alerts and digests tell by the clock. */
export const handler = defineHandler({
  name: 'send-notification',
  event: parseNewsWanted,
  connect: (runtime) => {
    const { config, now, newId, log } = runtime;
    const stores = connectStores(runtime);
    const silences = silenceReader(silenceStore(stores.table, now, newId), now);
    return { stores, config, now, log, silences, watch: digestWatch(stores.table) };
  },
  run: async (event, deps) => {
    if (event.kind === 'due') return { alerts: await tellDue(deps) };
    if (event.kind === 'digests') return { digests: await makeDigests(deps) };
    const about = aboutOf(event.change);
    return { channels: about ? await notify(about, deps) : [] };
  },
});
