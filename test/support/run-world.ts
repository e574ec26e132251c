import { setImmediate as turn } from 'node:timers/promises';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Clock, virtualClock } from '../../local/clock.ts';
import type { Around } from '../../local/cloud/calls.ts';
import { createDispatcher } from '../../local/cloud/dispatcher.ts';
import { createFaults } from '../../local/cloud/faults.ts';
import { createLogs } from '../../local/cloud/logs/logs.ts';
import { createSecretsManager } from '../../local/cloud/secretsmanager/secretsmanager.ts';
import type { ContainerSpec } from '../../local/cloud/service.ts';
import { createSsm } from '../../local/cloud/ssm/ssm.ts';
import { type EcsTasks, ecsTasks } from '../../shared/aws/ecs-tasks.ts';
import { logRange } from '../../shared/aws/log-range.ts';
import { logsGateway } from '../../shared/aws/logs.ts';
import { secretNames } from '../../shared/aws/secret-names.ts';
import type { Config, JobConfig } from '../../shared/config/config.ts';
import { jobDefaults } from '../../shared/config/job-defaults.ts';
import type { RunId } from '../../shared/core/ids.ts';
import { toInstant } from '../../shared/core/time.ts';
import { parseLaunchWanted } from '../../shared/events/launch-wanted.ts';
import type { OurEvent } from '../../shared/events/ours.ts';
import { parseTaskStateChange } from '../../shared/events/task-state-change.ts';
import { followOutput } from '../../shared/run/follow-output.ts';
import { followTask } from '../../shared/run/follow-task.ts';
import { launchRuns, type WorkerLimits } from '../../shared/run/launch-runs.ts';
import { maskReader } from '../../shared/run/mask-reader.ts';
import { requestRun } from '../../shared/run/request-run.ts';
import type { Run } from '../../shared/run/run.ts';
import { runKind } from '../../shared/run/run-record.ts';
import { stopRun } from '../../shared/run/stop-run.ts';
import { sweepRuns } from '../../shared/run/sweep-runs.ts';
import { cacheStore } from '../../shared/store/cache.ts';
import { leaseStore } from '../../shared/store/lease.ts';
import { recordStore } from '../../shared/store/records.ts';
import type { Table } from '../../shared/store/table.ts';
import { type Behaviour, createFakeEngine, fakeImage } from './fake-engine.ts';
import { countingPlace, localEcs } from './local-ecs.ts';
import { memoryTable } from './memory-table.ts';
import { clientConfig } from './sdk.ts';

const LOG_GROUP = '/batuta/test/jobs';
const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const minute = 60_000;

export const report: JobConfig = {
  ...jobDefaults,
  name: 'report',
  image: 'toolbox',
  command: ['run', 'report.py'],
  args: ['--database', '{{database}}'],
  params: { database: { type: 'string', required: false, default: 'shop' } },
  secrets: {},
  cpu: 256,
  memoryMiB: 512,
  timeoutMs: 30 * minute,
  stopTimeoutSeconds: 30,
  cluster: 'prod',
  network: { subnets: ['subnet-1'], securityGroups: [], assignPublicIp: false },
};

class Crash extends Error {}
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The run half against the local ECS, SSM and Logs, with a table in memory, on a virtual clock. */
export async function runWorld(
  options: {
    job?: Partial<JobConfig>;
    limits?: Config['limits'];
    behave?: Behaviour;
    behaveOf?: (spec: ContainerSpec) => Behaviour;
    events?: boolean;
    /** AWS's request rates and Fargate's launch rate. */
    rates?: (clock: Clock) => Around;
    /** Looks on each use of the table. */
    watchTable?: (table: Table) => Table;
    limitsOfWorker?: Partial<WorkerLimits>;
  } = {},
) {
  const clock = virtualClock();
  const now = () => toInstant(clock.now());
  const place = countingPlace();
  const engine = createFakeEngine(clock, options.behaveOf ?? (() => options.behave ?? { runMs: 5000 }));
  const inbox: (() => Promise<unknown>)[] = [];
  const jobLogs = createLogs({ place, clock, invoke: () => {} });
  jobLogs.createGroup(LOG_GROUP);
  const local = localEcs({
    clock,
    engine,
    images: (uri) => fakeImage(uri),
    ports: {
      logs: {
        put: (group, stream, lines) =>
          jobLogs.put(
            group,
            stream,
            lines.map(({ message }) => message),
          ),
      },
    },
  });
  const calls: string[] = [];
  const faults = createFaults();
  const rates = options.rates?.(clock);
  const dispatcher = createDispatcher(
    [local.ecs, createSsm({ place, clock }), createSecretsManager({ place, clock }), jobLogs],
    {
      before(...call) {
        calls.push(call[1]);
        rates?.before?.(...call);
        return faults.before?.(...call);
      },
      after: (...call) => faults.after?.(...call),
    },
  );
  const aws = clientConfig(dispatcher);

  let made = 0;
  let crashAt = Number.POSITIVE_INFINITY;
  const crashed: string[] = [];
  /** Every method is one call; the process is gone after the call `crashAt`, its effect done. */
  function mortal<Gateway extends object>(gateway: Gateway): Gateway {
    return new Proxy(gateway, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          if (made >= crashAt) throw new Crash('the process is gone');
          made += 1;
          const last = made;
          const answer = await Reflect.apply(
            Reflect.get(target, name) as (...args: unknown[]) => unknown,
            target,
            args,
          );
          if (last < crashAt) return answer;
          crashed.push(String(name));
          throw new Crash(`crash after call ${last}: ${String(name)}`);
        },
    });
  }

  const store = memoryTable();
  const table = mortal(options.watchTable?.(store) ?? store);
  const published: OurEvent[] = [];
  const bus = mortal({
    async put(events: readonly OurEvent[]) {
      published.push(...events);
      for (const event of events) {
        // As the rule in serverless.yml: the worker launches the items of a fan-out itself.
        if ('trigger' in event.detail && event.detail.trigger === 'item' && event.detail.state === 'queued') continue;
        const parsed = parseLaunchWanted({ source: 'batuta', ...event });
        if (parsed.kind === 'event') inbox.push(() => world.launch(parsed.value));
      }
      return [] as number[];
    },
  });
  let owners = 0;
  const job = { ...report, ...options.job };
  const runs = recordStore(table, bus, runKind, now);
  const deps = {
    stores: { runs, table, leases: leaseStore(table, now, () => `owner-${owners++}`) },
    cache: cacheStore(table, now),
    bus,
    ecs: mortal(ecsTasks(aws)) as EcsTasks,
    logs: mortal(logsGateway(aws)),
    masks: mortal(maskReader(logRange(aws), now)),
    secrets: mortal(secretNames(aws)),
    images: { uriNow: async () => undefined },
    settings: {
      stage: 'test',
      registry: REGISTRY,
      region: 'us-east-1',
      toolboxImage: `${REGISTRY}/toolbox:latest`,
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      logGroup: LOG_GROUP,
    },
    config: { jobs: { [job.name]: job }, limits: options.limits ?? { groups: {} } },
    log: quiet,
    stage: 'test',
    now,
    sleep: (ms: number) => clock.sleep(ms),
  };

  /** A handler that crashed is gone, and the next one is a new process. */
  async function invoke(handle: () => Promise<unknown>): Promise<void> {
    try {
      await handle();
    } catch (error) {
      if (crashAt === Number.POSITIVE_INFINITY) throw error;
      crashAt = Number.POSITIVE_INFINITY;
    }
  }

  let delivered = 0;
  function collect(): void {
    for (const event of local.events.slice(delivered)) {
      delivered += 1;
      if (options.events === false) continue;
      const parsed = parseTaskStateChange(JSON.parse(JSON.stringify(event)));
      if (parsed.kind !== 'event' || parsed.value.kind !== 'run-task') continue;
      const { value } = parsed;
      inbox.push(() => followTask(value, deps));
    }
  }

  const background = new Set<Promise<void>>();
  const failures: unknown[] = [];
  async function settle(): Promise<void> {
    for (let turns = 0; turns < 40; turns++) {
      collect();
      const next = inbox.shift();
      if (next) {
        const work = invoke(next).catch((error) => void failures.push(error));
        background.add(work);
        void work.then(() => background.delete(work));
        turns = 0;
      }
      await turn();
      if (background.size === 0 && inbox.length === 0) return;
    }
  }

  const world = {
    clock,
    deps,
    calls,
    faults,
    engine,
    published,
    table: store,
    client: local.client,
    /** What ECS does by itself, for tests to bring about. */
    disruptions: local.ecs.disruptions,
    /** Errors of handlers, as Lambda would see them. */
    failures,
    crashed,
    crashAfter(count: number) {
      made = 0;
      crashAt = count;
    },
    callsMade: () => made,
    async request(
      key = 'key',
      params: Record<string, string> = { database: 'shop' },
      spec: Partial<JobConfig> = {},
    ): Promise<RunId> {
      const trigger = {
        kind: 'api',
        caller: 'tester',
        idempotencyKey: key,
        requestHash: JSON.stringify(params),
      } as const;
      let id: RunId | undefined;
      const ask = async () => {
        id = (await requestRun({ job: { ...job, ...spec }, params, trigger }, deps)).run.id;
      };
      // A caller without an answer asks again.
      while (!id) await invoke(ask);
      return id;
    },
    launch: (wanted: { runId?: string } = {}) =>
      launchRuns(wanted, deps, {
        workMs: 2 * minute,
        leaseMs: 4 * minute,
        pace: { burst: 50, perSecond: 20 },
        width: 10,
        ...options.limitsOfWorker,
      }),
    stop: (id: string) => invoke(() => stopRun(id, 'user', 'no longer wanted', deps)),
    output(stream: string, messages: readonly string[]) {
      const lines = messages.map((message) => ({ at: now(), message }));
      return invoke(() => followOutput({ group: LOG_GROUP, stream, lines }, deps));
    },
    sweep: () => inbox.push(() => sweepRuns(deps)),
    settle,
    invoke,
    /** Lets time pass in steps, events and sweeps delivered. */
    async pass(seconds: number, stepSeconds = 5) {
      await settle();
      for (let passed = 0; passed < seconds; passed += stepSeconds) {
        const before = Math.floor(clock.now() / minute);
        await clock.advance(stepSeconds * 1000);
        if (Math.floor(clock.now() / minute) !== before) world.sweep();
        await settle();
      }
    },
    run(id: string): Run {
      const item = store.items().find(({ sk, ...found }) => sk === 'run' && found.id === id);
      if (!item) throw new Error(`no run ${id}`);
      return item.value as Run;
    },
    /** The states announced on the bus. */
    announced: () =>
      published.flatMap((event) => (event['detail-type'] === 'Run State Change' ? [event.detail.state] : [])),
    async putParameter(name: string) {
      await new SSMClient(aws).send(new PutParameterCommand({ Name: name, Value: 'v', Type: 'SecureString' }));
    },
    close: () => local.ecs.close(),
  };
  await local.client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  return world;
}
