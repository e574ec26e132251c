import type { EcsService } from '../../shared/aws/ecs-service.ts';
import type { ServiceConfig } from '../../shared/config/config.ts';
import { plus, toInstant } from '../../shared/core/time.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { deploymentKind } from '../../shared/deploy/deployment-record.ts';
import { pointerStore } from '../../shared/deploy/pointer-store.ts';
import { alertKind } from '../../shared/notify/alerts/alert-record.ts';
import { decideTelling } from '../../shared/notify/alerts/decide-telling.ts';
import { describeAlert } from '../../shared/notify/describe/describe-alert.ts';
import { recordStore } from '../../shared/store/records.ts';
import { lookAtServices } from '../../shared/watch/look-at-services.ts';
import type { WatchDeps } from '../../shared/watch/watch-deps.ts';
import { watchStore } from '../../shared/watch/watch-store.ts';
import { aRollout, aService, revision, shopApi } from './deployments.ts';
import { memoryTable } from './memory-table.ts';
import { aStoppedTask } from './task.ts';

const minute = 60_000;
const start = toInstant('2026-11-20T09:00:00Z');

interface WatchWorld {
  runningCount?: () => number;
  /** What is in batuta.yml of the service. */
  spec?: Partial<ServiceConfig>;
  /** What its tasks printed, by the log stream. */
  printed?: (stream: string) => readonly string[];
  account?: string;
}

const container = {
  name: 'api',
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/shop-api', 'awslogs-stream-prefix': 'api' },
  },
};

/** The steps of shared/watch about the service shop-api, on a clock of minutes; what its alert tells is kept. */
export function watchWorld(options: WatchWorld = {}) {
  const table = memoryTable();
  const bus = { put: async () => [] };
  let at = start;
  const now = () => at;
  const alerts = recordStore(table, bus, alertKind, now);
  const deployments = recordStore(table, bus, deploymentKind, now);
  const pointers = pointerStore(table);
  const service = (): EcsService => aService([aRollout(1, { runningCount: options.runningCount?.() ?? 2 })]);
  const calls: string[] = [];
  const slept: number[] = [];
  const deps: WatchDeps = {
    config: { services: { 'shop-api': { ...shopApi, ...options.spec } } },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    ...{ alerts, deployments, pointers, now, watches: watchStore(table) },
    ecs: {
      async describeServices() {
        calls.push('DescribeServices');
        return [service()];
      },
      async describeTaskDefinition() {
        calls.push('DescribeTaskDefinition');
        return { definition: { containerDefinitions: [container] }, tags: [{ key: 'batuta:tag', value: '1.0.0' }] };
      },
    },
    logs: {
      async tail({ stream }) {
        calls.push('GetLogEvents');
        return (options.printed?.(stream) ?? []).map((message) => ({ message, at }));
      },
    },
    sleep: async (ms) => void slept.push(ms),
  };
  const told: string[] = [];
  let heard: string | undefined;
  async function listen(): Promise<void> {
    const alert = (await alerts.get('service:shop-api'))?.value;
    if (!alert || alert.news === heard) return;
    heard = alert.news;
    const message = describeAlert(alert);
    if (message) told.push(`${(at - start) / minute}: ${message.title}`);
  }
  return {
    deps,
    calls,
    slept,
    told,
    listen,
    alert: async () => (await alerts.get('service:shop-api'))?.value,
    at: (minutes: number) => plus(start, minutes * minute),
    /** A task that died with exit code 1, now. */
    died: (id: string, parts: { taskDefinitionArn?: string; stoppedAt?: typeof start } = {}) =>
      aStoppedTask(
        {
          arn: `arn:aws:ecs:us-east-1:${options.account ?? '123456789012'}:task/prod/${id}` as never,
          id,
          group: 'service:shop-api',
          taskDefinitionArn: revision(1),
          stopCode: 'EssentialContainerExited',
          stoppedAt: at,
          ...parts,
        },
        { name: 'api', exitCode: 1 },
      ),
    async keep(deployment: Deployment) {
      await deployments.create(deployment);
      await pointers.change('shop-api', (pointer) => ({ ...pointer, inFlight: deployment.id }));
    },
    /** To this minute, with everything that comes every minute or every five on the way. */
    async passTo(minutes: number) {
      while (at < plus(start, minutes * minute)) {
        at = plus(at, minute);
        if (((at - start) / minute) % 5 === 0) await lookAtServices(deps);
        await alerts.update('service:shop-api', (alert) => decideTelling(alert, at, { ops: 4 * 60 * minute }));
        await listen();
      }
    },
  };
}
