import type { Runtime } from '../lambda/runtime.ts';
import type { ChannelPorts } from '../notify/channels/channel.ts';
import { safeHttp } from '../notify/channels/http.ts';
import { busesOfOthers } from './buses-of-others.ts';
import { secretValues } from './secret-values.ts';
import { topicPublisher } from './topics.ts';

/** What channels reach the world through, in a function. */
export function channelPorts(runtime: Omit<Runtime, 'remainingMs'>): ChannelPorts {
  const { network } = runtime;
  return {
    http: safeHttp({ local: runtime.env('STAGE') === 'local', ...(network ? { network } : {}) }),
    secretOf: secretValues(runtime.aws),
    publish: topicPublisher(runtime.aws),
    putEvent: busesOfOthers(runtime.aws),
    now: runtime.now,
    sleep: runtime.sleep,
  };
}
