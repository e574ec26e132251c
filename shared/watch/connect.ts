import { logsGateway } from '../aws/logs.ts';
import { queueLengths } from '../aws/queue-length.ts';
import { scheduleList } from '../aws/schedule-list.ts';
import { schedulerGateway } from '../aws/scheduler.ts';
import { serviceReader } from '../aws/service-reader.ts';
import { pointerStore } from '../deploy/pointer-store.ts';
import type { Runtime } from '../lambda/runtime.ts';
import { channelStates } from '../notify/deliver/channel-state.ts';
import { wantedSchedules } from '../run/wanted-schedules.ts';
import { connectStores } from '../store/stores.ts';
import type { LetterDeps } from './dead-letters.ts';
import type { GivenUpDeps } from './given-up.ts';
import type { SchedulesDeps } from './watch-schedules.ts';
import { watchStore } from './watch-store.ts';

export type WatchServicesDeps = LetterDeps & SchedulesDeps & GivenUpDeps;

/** Connects who watches services and Batuta itself; needs TABLE_NAME, BUS_NAME, DEAD_LETTER_QUEUES and SCHEDULE_…. */
export function connectWatch(runtime: Omit<Runtime, 'remainingMs'>): WatchServicesDeps {
  const { config, aws, env, log, now, sleep } = runtime;
  const { table, alerts, deliveries, deployments } = connectStores(runtime);
  return {
    ...{ config, log, now, sleep, table, alerts, deliveries, deployments },
    pointers: pointerStore(table),
    watches: watchStore(table),
    states: channelStates(table, now),
    ecs: serviceReader(aws),
    logs: logsGateway(aws),
    queues: queueLengths(aws),
    deadLetterQueues: env('DEAD_LETTER_QUEUES').split(','),
    schedules: scheduleList(aws),
    scheduler: schedulerGateway(aws),
    group: env('SCHEDULE_GROUP'),
    hash: config.hash,
    wanted: wantedSchedules(config, env),
  };
}
