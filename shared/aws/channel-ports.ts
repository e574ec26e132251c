import type { Runtime } from '../lambda/runtime.ts';
import type { ChannelPorts } from '../notify/channels/channel.ts';
import { safeHttp } from '../notify/channels/http.ts';
import { secretValues } from './secret-values.ts';

/** What channels reach the world through, in a function. */
export function channelPorts(runtime: Omit<Runtime, 'remainingMs'>): ChannelPorts {
  const { network } = runtime;
  return {
    http: safeHttp({ local: runtime.env('STAGE') === 'local', ...(network ? { network } : {}) }),
    secretOf: secretValues(runtime.aws),
    publish: async () => {
      throw new Error('SNS channels are not built yet');
    },
    putEvent: async () => {
      throw new Error('EventBridge channels are not built yet');
    },
    now: runtime.now,
    sleep: runtime.sleep,
  };
}
