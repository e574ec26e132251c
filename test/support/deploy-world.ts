import { createHash } from 'node:crypto';
import type { CreateServiceCommandInput, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { virtualClock } from '../../local/clock.ts';
import { createDispatcher } from '../../local/cloud/dispatcher.ts';
import type { AwsError, OutgoingEvent } from '../../local/cloud/service.ts';
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { revisionUsers } from '../../shared/aws/revision-users.ts';
import type { Task } from '../../shared/aws/task.ts';
import { taskRunners } from '../../shared/aws/task-runners.ts';
import type { Config, ServiceConfig } from '../../shared/config/config.ts';
import { defaultPrices } from '../../shared/config/prices.ts';
import { toInstant } from '../../shared/core/time.ts';
import { deployOnPush, type PushDeps } from '../../shared/deploy/deploy-on-push.ts';
import type { Deployment } from '../../shared/deploy/deployment.ts';
import { deploymentKind } from '../../shared/deploy/deployment-record.ts';
import { followService } from '../../shared/deploy/follow-service.ts';
import { scanNotes } from '../../shared/deploy/hold/scan-notes.ts';
import type { TailDeps } from '../../shared/deploy/log-tail.ts';
import { noteServiceTask } from '../../shared/deploy/note-task.ts';
import { pointerStore } from '../../shared/deploy/pointer-store.ts';
import { sweepDeployments } from '../../shared/deploy/sweep-deployments.ts';
import type { ListedImage } from '../../shared/deploy/tag-policy.ts';
import { visitAll } from '../../shared/deploy/visit-all.ts';
import type { OurEvent, WantedVisit } from '../../shared/events/ours.ts';
import { parseServiceDeployment } from '../../shared/events/service-deployment.ts';
import { runKind } from '../../shared/run/run-record.ts';
import { cacheStore } from '../../shared/store/cache.ts';
import { leaseStore } from '../../shared/store/lease.ts';
import { servicePauses } from '../../shared/store/pauses.ts';
import { recordStore } from '../../shared/store/records.ts';
import { shopApi } from './deployments.ts';
import { type Behaviour, createFakeEngine, fakeImage } from './fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from './local-ecs.ts';
import { memoryTable } from './memory-table.ts';
import { clientConfig } from './sdk.ts';

export const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
export const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

class Crash extends Error {}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * The deploy half against the local ECS, a hand-written ECR and a table in memory, on a virtual
 * clock. Images behave by their content: `crash…` dies after a second, everything else runs on.
 */
export function deployWorld(
  options: {
    service?: Partial<ServiceConfig>;
    events?: boolean;
    breaker?: boolean;
    /** Of the ECS service. */
    create?: Partial<CreateServiceCommandInput>;
    behave?: (image: string) => Behaviour;
  } = {},
) {
  const clock = virtualClock();
  const now = () => toInstant(clock.now());
  const images: ListedImage[] = [];
  const nameOf = new Map<string, string>();
  const behave = options.behave ?? ((name) => (name.startsWith('crash') ? { runMs: 500, exitCode: 1 } : {}));
  const engine = createFakeEngine(clock, (spec) => behave(spec.image.directory.replace('/images/', '')));
  const calls: string[] = [];
  const published: string[] = [];
  let refuse: (operation: string) => AwsError | undefined = () => undefined;
  let lose: (operation: string) => AwsError | undefined = () => undefined;
  let crashAt = Number.POSITIVE_INFINITY;
  let made = 0;

  const resolve = (uri: string) => fakeImage(nameOf.get(uri.split('@')[1] ?? '') ?? uri.split(':').at(-1) ?? uri);
  const local = localEcs({ clock, engine, images: resolve });
  const dispatcher = createDispatcher([local.ecs], {
    before(_service, operation) {
      calls.push(operation);
      const error = refuse(operation);
      if (error) throw error;
    },
    after(_service, operation) {
      const error = lose(operation);
      if (error) throw error;
    },
  });

  /** Every method counts as one call; the process dies after the call `crashAt`, its effect done. */
  function mortal<Gateway extends object>(gateway: Gateway): Gateway {
    return new Proxy(gateway, {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (made >= crashAt) throw new Crash('the process is gone');
          made += 1;
          const answer = await Reflect.apply(method, target, args);
          if (made >= crashAt) throw new Crash(`crash after call ${made}: ${String(name)}`);
          return answer;
        };
      },
    });
  }

  const store = memoryTable();
  const table = mortal(store);
  const bus = mortal({
    async put(events: readonly OurEvent[]) {
      for (const { 'detail-type': type, detail } of events) {
        if (type === 'Deployment Work Left') visits.push(...detail.visits);
        else if (type === 'Deployment State Change') {
          published.push(detail.state);
          if (detail.state === 'held') visits.push({ service: detail.subject, deployment: detail.id });
        }
      }
      return [];
    },
  });
  let owners = 0;
  const visits: WantedVisit[] = [];
  const spec = { ...shopApi, ...options.service };
  const config: Config = {
    schemaVersion: 1,
    hash: '',
    services: { [spec.name]: spec },
    scheduledTasks: {},
    jobs: {},
    channels: {},
    routes: [],
    passRoles: [],
    taskRoles: [],
    limits: { groups: {} },
    prices: defaultPrices,
  };
  const deploymentsOf = (inARow: boolean) => recordStore(table, bus as never, deploymentKind, now, { inARow });
  const deps: PushDeps & Pick<TailDeps, 'logs'> = {
    config,
    registry: REGISTRY,
    ecr: mortal({
      async images(_from: unknown, tag?: string) {
        calls.push('DescribeImages');
        const error = refuse('DescribeImages');
        if (error) throw error;
        return images.filter(({ tags }) => tag === undefined || tags.includes(tag));
      },
    }),
    ecs: mortal(ecsServices(clientConfig(dispatcher))),
    users: revisionUsers(clientConfig(dispatcher)),
    manifests: mortal({
      async manifest({ digest }: { digest: string }) {
        if (!images.some((image) => image.digest === digest)) return undefined;
        return { kind: 'index' as const, platforms: [{ os: 'linux', architecture: 'amd64', digest }] };
      },
      platform: async () => ({ os: 'linux', architecture: 'amd64' }),
    }),
    scanNotes: scanNotes(cacheStore(table, now)),
    scans: mortal({ scan: async () => ({ kind: 'none' as const }) }),
    secrets: mortal({ missing: async () => [] }),
    bus: bus as never,
    logs: {
      tail: async ({ group, stream }: { group: string; stream: string }) =>
        (local.logs.get(`${group} ${stream}`) ?? []).map((message) => ({ at: now(), message })),
    },
    runs: recordStore(table, bus as never, runKind, now),
    runners: taskRunners(clientConfig(dispatcher), clock.now),
    pauses: servicePauses(table, now),
    cache: cacheStore(table, now),
    deployments: deploymentsOf(true),
    pointers: pointerStore(table),
    leases: leaseStore(table, now, () => `owner-${owners++}`),
    log: quiet,
    now,
    // Who waits lets the time pass.
    sleep: (ms) => clock.advance(ms),
  };

  const functionTime = () => {
    const until = clock.now() + 100_000;
    return () => until - clock.now();
  };

  /** Runs a handler; one that crashed is gone, and the next one is a new process. */
  async function invoke(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (made < crashAt) throw error;
      crashAt = Number.POSITIVE_INFINITY;
      // What the process remembered is gone with it.
      deps.deployments = deploymentsOf(true);
    }
  }

  /** Runs a handler, and then whoever it woke. */
  async function settle(run: () => Promise<unknown>): Promise<void> {
    await invoke(run);
    for (let next = visits.shift(); next; next = visits.shift()) {
      const wanted = next;
      await invoke(() => visitAll(deps, [wanted], functionTime()));
    }
  }

  const delivered = new Set<OutgoingEvent>();
  async function deliver(): Promise<void> {
    for (const event of local.events) {
      if (delivered.has(event)) continue;
      delivered.add(event);
      const raw = { ...event, account: '123456789012', region: 'us-east-1' };
      const parsed = parseServiceDeployment(raw);
      if (parsed.kind === 'event') await settle(() => followService(parsed.value, deps));
      if (event['detail-type'] === 'ECS Task State Change')
        await settle(() => noteServiceTask(taskOf(event), { ...deps, deployments: deploymentsOf(false) }));
    }
  }

  const world = {
    clock,
    deps,
    calls,
    published,
    client: local.client,
    ecs: local.ecs,
    spec,
    table: store,
    images,
    /** AWS errors to answer with, by operation. */
    refuse(by: typeof refuse) {
      refuse = by;
    },
    /** AWS errors to answer with although the call had its effect. */
    loseAnswer(by: typeof lose) {
      lose = by;
    },
    crashAfter: (count: number) => {
      made = 0;
      crashAt = count;
    },
    callsMade: () => made,
    push(tag: string, content = tag) {
      const digest = digestOf(content);
      nameOf.set(digest, content);
      for (const [index, image] of images.entries())
        images[index] = { ...image, tags: image.tags.filter((other) => other !== tag) };
      const known = images.find((image) => image.digest === digest);
      if (known) images[images.indexOf(known)] = { ...known, tags: [...known.tags, tag] };
      else images.push({ tags: [tag], digest, pushedAt: now() });
      const event = { account: '123456789012', region: 'us-east-1', repository: 'shop/api', tag, digest };
      return { event, digest, announce: () => settle(() => deployOnPush(event, deps, functionTime())) };
    },
    sweep: () => settle(() => sweepDeployments({ ...deps, deployments: deploymentsOf(false) })),
    /** Lets time pass in steps of `stepSeconds`, events delivered after each, and a sweep after each minute. */
    async pass(seconds: number, stepSeconds = 1) {
      const minute = () => Math.floor(clock.now() / 60_000);
      for (let passed = 0; passed < seconds; passed += stepSeconds) {
        const before = minute();
        await clock.advance(stepSeconds * 1000);
        if (options.events !== false) await deliver();
        if (minute() !== before) await world.sweep();
      }
    },
    async createService(
      definition: Partial<RegisterTaskDefinitionCommandInput> = {},
      image = `${REGISTRY}/shop/api:1.0.0`,
    ) {
      await local.client.send(new CreateClusterCommand({ clusterName: 'prod' }));
      const input = { ...fargateDefinition(image), family: 'shop-api', ...definition };
      await local.client.send(new RegisterTaskDefinitionCommand(input));
      await local.client.send(
        new CreateServiceCommand({
          cluster: 'prod',
          serviceName: 'shop-api',
          taskDefinition: 'shop-api',
          desiredCount: 1,
          ...FARGATE,
          ...(options.breaker && {
            deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
          }),
          ...options.create,
        }),
      );
      await world.pass(5);
    },
    deployments: () =>
      store
        .items()
        .filter(({ sk }) => sk === 'deployment')
        .map(({ value }) => value as Deployment)
        .sort((a, b) => a.createdAt - b.createdAt || a.sequence - b.sequence),
    async live() {
      const service = await ecsServices(clientConfig(createDispatcher([local.ecs]))).describeService(
        'prod',
        'shop-api',
      );
      const primary = service?.rollouts.find(({ status }) => status === 'PRIMARY');
      const revision = primary?.taskDefinitionArn.split('/')[1];
      return `${revision} ${primary?.rolloutState}`;
    },
    close: () => local.ecs.close(),
  };
  return world;
}

function taskOf({ detail }: OutgoingEvent): Task {
  const task = detail as Record<string, string> & { version: number; containers: Task['containers'] };
  const at = (name: string) => (task[name] ? { [name]: toInstant(task[name]) } : {});
  return {
    ...(task as unknown as Task),
    arn: task.taskArn as Task['arn'],
    id: String(task.taskArn).split('/').at(-1) ?? '',
    ...at('createdAt'),
    ...at('startedAt'),
    ...at('stoppedAt'),
  };
}
