import { readFileSync } from 'node:fs';
import { type Instant, iso, toInstant } from '../../shared/core/time.ts';
import { pointerStore } from '../../shared/deploy/pointer-store.ts';
import { parseWatchEvent } from '../../shared/events/service-trouble.ts';
import { tellDue } from '../../shared/notify/alerts/tell-due.ts';
import { notify } from '../../shared/notify/notify.ts';
import { lookAtServices } from '../../shared/watch/look-at-services.ts';
import type { WatchDeps } from '../../shared/watch/watch-deps.ts';
import { watchTask } from '../../shared/watch/watch-service.ts';
import { watchStore } from '../../shared/watch/watch-store.ts';
import { deliveryWorld, ok } from '../../test/support/delivery-world.ts';
import { aRollout, aService, shopApi } from '../../test/support/deployments.ts';

const minute = 60_000;
const sample = JSON.parse(
  readFileSync(
    new URL('../../test/fixtures/aws-events/ecs/01-ecs-task-state-change-running.json', import.meta.url),
    'utf8',
  ),
);
const account = 'arn:aws:ecs:us-west-2:111122223333';

/** AWS's own sample of an `ECS Task State Change`, of a task of shop-api that exited 1. */
export function taskStopped(number: number, at: Instant): unknown {
  const taskArn = `${account}:task/prod/${number.toString(16).padStart(32, '0')}`;
  const { detail } = sample;
  const [container] = detail.containers;
  return {
    ...sample,
    id: `event-${number}`,
    time: iso(at),
    resources: [taskArn],
    detail: {
      ...detail,
      taskArn,
      clusterArn: `${account}:cluster/prod`,
      taskDefinitionArn: `${account}:task-definition/shop-api:1`,
      group: 'service:shop-api',
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      stoppedAt: iso(at),
      containers: [{ ...container, taskArn, name: 'api', lastStatus: 'STOPPED', exitCode: 1 }],
    },
  };
}

const definition = {
  containerDefinitions: [
    {
      name: 'api',
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/ecs/shop-api', 'awslogs-stream-prefix': 'api' },
      },
    },
  ],
};
const printed = Array.from({ length: 200 }, (_, line) => `${line} connect ECONNREFUSED 10.0.12.7:5432`);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** watch-services, send-notification, deliver-notifications and what comes by the clock, on a table in memory and virtual time. */
export function crashLoopWorld() {
  const world = deliveryWorld(
    {
      slack: {
        config: { name: 'slack', type: 'slack', token: 'ssm:/slack/token', channel: 'C1' },
        paceMs: 1000,
        answer: () => ({ ...ok, handle: { channel: 'C1', ts: '1', to: 'C1', first: '1:first-1' } }),
      },
      webhook: {},
    },
    {
      hear: async ({ 'detail-type': type, detail }) => void (type === 'Alert State Change' && (await tell(detail.id))),
    },
  );
  const { clock, stores, config, memory, errors } = world;
  const now = () => toInstant(clock.now());
  const tell = (id: string) => notify({ kind: 'alert', id }, { stores, config, silences: async () => [], now });
  const watch: WatchDeps = {
    ...{ log: quiet, now, sleep: clock.sleep, pointers: pointerStore(memory), watches: watchStore(memory) },
    alerts: stores.alerts,
    deployments: stores.deployments,
    config: { services: { 'shop-api': { ...shopApi, logTail: true } } },
    ecs: {
      describeServices: async () => [aService([aRollout(1, { runningCount: 1 })])],
      describeTaskDefinition: async () => ({ definition, tags: [] }),
    },
    logs: { tail: async () => printed.map((message) => ({ at: now(), message })) },
  };
  const every = (ms: number, step: () => Promise<unknown>): void => {
    clock.setTimer(ms, () => {
      every(ms, step);
      step().catch((error: Error) => errors.push(error));
    });
  };
  every(minute, () => tellDue({ stores, config, silences: async () => [], now }));
  every(5 * minute, () => lookAtServices(watch));
  return {
    ...{ errors, took: world.took, start: now() },
    passTo: (at: Instant) => clock.advance(at - clock.now()),
    async hear(raw: unknown): Promise<void> {
      const parsed = parseWatchEvent(raw);
      if (parsed.kind !== 'event' || parsed.value.kind !== 'task-stopped')
        throw new Error('the event is not taken for that of a task that stopped');
      await watchTask(parsed.value.service, parsed.value.task, watch);
    },
    counted: async () => (await stores.alerts.get('service:shop-api'))?.value.causes['crash-loop']?.count ?? 0,
  };
}
