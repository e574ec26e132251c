import type { Runtime } from '../lambda/runtime.ts';
import type { ChannelPorts } from '../notify/channels/channel.ts';
import { safeHttp } from '../notify/channels/http.ts';
import { busesOfOthers } from './buses-of-others.ts';
import { secretValues } from './secret-values.ts';
import { topicPublisher } from './topics.ts';

/** What channels reach the world through, in a function. */
export function channelPorts(runtime: Omit<Runtime, 'remainingMs'>): ChannelPorts {
  const { network } = runtime;
  const local = runtime.env('STAGE') === 'local';
  return {
    http: safeHttp({ local, ...(network ? { network } : {}) }),
    secretOf: secretValues(runtime.aws),
    publish: topicPublisher(runtime.aws),
    putEvent: busesOfOthers(runtime.aws),
    now: runtime.now,
    sleep: runtime.sleep,
    ...(local ? standIns(runtime.env('CHANNEL_STAND_INS')) : {}),
  };
}

/** Those that need no address in batuta.yml, where `npm start` has them: local/channels. */
const standIns = (url: string) => ({ slackApi: `${url}/slack/api`, pagerDutyUrl: `${url}/pagerduty` });
