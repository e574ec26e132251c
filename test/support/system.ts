import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfiguration } from '../../build/configuration.ts';
import { handler as deliverNotifications } from '../../functions/deliver-notifications/handler.ts';
import { handler as deployOnImagePush } from '../../functions/deploy-on-image-push/handler.ts';
import { handler as followDeployment } from '../../functions/follow-deployment/handler.ts';
import { handler as followOutput } from '../../functions/follow-output/handler.ts';
import { handler as followTask } from '../../functions/follow-task/handler.ts';
import { handler as launchRuns } from '../../functions/launch-runs/handler.ts';
import { handler as sendNotification } from '../../functions/send-notification/handler.ts';
import { handler as serveApi } from '../../functions/serve-api/handler.ts';
import { handler as startScheduledRun } from '../../functions/start-scheduled-run/handler.ts';
import { handler as sweep } from '../../functions/sweep/handler.ts';
import { handler as syncSchedules } from '../../functions/sync-schedules/handler.ts';
import { handler as watchServices } from '../../functions/watch-services/handler.ts';
import { channelEars, type Received } from '../../local/channel-ears.ts';
import { type VirtualClock, virtualClock } from '../../local/clock.ts';
import { type Cloud, createCloud } from '../../local/cloud/cloud.ts';
import type { Around, CloudRequest, CloudResponse } from '../../local/cloud/dispatcher.ts';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import { authorizeBy } from '../../local/cloud/iam/authorize.ts';
import type { RateLimitOptions } from '../../local/cloud/rate-limits.ts';
import type { Access, ContainerSpec } from '../../local/cloud/service.ts';
import { createCustomResources } from '../../local/lambda/custom-resource.ts';
import { provision } from '../../local/lambda/provision.ts';
import { runAsynchronously } from '../../local/lambda/runtime/asynchronous.ts';
import type { FunctionError, Outcome } from '../../local/lambda/runtime/messages.ts';
import { resolveStack } from '../../local/lambda/stack/resolve-stack.ts';
import type { Stack, StackFunction } from '../../local/lambda/stack/stack.ts';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import type { Config } from '../../shared/config/config.ts';
import { toInstant } from '../../shared/core/time.ts';
import { type Definition, runDefinition } from '../../shared/lambda/define-handler.ts';
import type { Runtime } from '../../shared/lambda/runtime.ts';
import { type Behaviour, type CannotPull, createFakeEngine } from './fake-engine.ts';
import { countingPlace } from './local-ecs.ts';
import { clientConfig } from './sdk.ts';

// Each definition has its own event and dependencies; the harness only passes them through.
type AnyDefinition = Definition<unknown, unknown, unknown>;
const definitions = new Map(
  [
    deliverNotifications,
    deployOnImagePush,
    followDeployment,
    followOutput,
    followTask,
    launchRuns,
    sendNotification,
    serveApi,
    startScheduledRun,
    sweep,
    syncSchedules,
    watchServices,
  ].map(({ definition }) => [definition.name, definition as unknown as AnyDefinition]),
);

/** The process is gone: no further call of its invocation has any effect. */
class Crash extends Error {
  override readonly name = 'Crash';
}

interface LogEntry {
  function: string;
  level: string;
  message: string;
  fields: Readonly<Record<string, unknown>>;
}

interface AskedAccess extends Access {
  role: string;
}

interface Hook {
  /** Of the address that was called: `/team`. */
  path: string;
  headers: Headers;
  body: { type: string; data: { kind: string; title: string; text: string; severity: string; news: string } };
}

export interface SystemOptions {
  /** Absolute; by default test/fixtures/system/batuta.yml. */
  configFile?: string;
  /** When the clock begins, by default a Friday morning: `2026-11-20T09:00:00Z`. */
  startAt?: string;
  /** The call, counted over all functions, after whose effect its invocation is gone. */
  crashAfter?: number;
  behave?: (spec: ContainerSpec) => Behaviour;
  cannotPull?: CannotPull;
  /** Answers of the webhook, by default 204. */
  hook?: (hook: Hook) => number | Promise<number>;
  /** Answers a call in AWS's stead; undefined lets it through. */
  intercept?: (request: CloudRequest) => CloudResponse | undefined | Promise<CloudResponse | undefined>;
  /** Faults of AWS in the functions' calls. */
  faults?: Pick<Around, 'before' | 'after'>;
  /** The functions' calls are throttled as AWS throttles an account's; what sets the scene is not. */
  rateLimits?: boolean | RateLimitOptions;
  /** Loses, doubles or delays events. */
  delivery?: (event: EventEnvelope, deliver: () => void) => void;
}

const systemFile = fileURLToPath(new URL('../fixtures/system/batuta.yml', import.meta.url));

/** Where the channels' servers are. */
const hooksUrl = 'https://hooks.example.com';

/**
 * The whole system in one process, without sockets and on a virtual clock: the handlers of
 * functions/ wired and permitted by serverless.yml, against the local cloud.
 */
export async function startTestSystem(imageStore: string, options: SystemOptions = {}) {
  const { configFile = systemFile, startAt = '2026-11-20T09:00:00Z' } = options;
  const config = readConfiguration(configFile);
  const stack = await resolveStack({ configFile, stage: 'local', account: '123456789012', region: 'us-east-1' });
  Object.assign(stack.functions['deliver-notifications']?.environment ?? {}, { CHANNEL_STAND_INS: hooksUrl });
  const busy = createBusy();
  const clock = virtualClock(Date.parse(startAt), busy.settle);
  const engine = createFakeEngine(clock, options.behave ?? (() => ({ runMs: 3000 })), options.cannotPull);
  const log: LogEntry[] = [];
  const hooks: Hook[] = [];
  const told: Received[] = [];
  const starts: Hook[] = [];
  const calls: string[] = [];
  const accesses: AskedAccess[] = [];
  const errors: FunctionError[] = [];
  const crash = { after: options.crashAfter ?? Number.POSITIVE_INFINITY, at: undefined as string | undefined };
  let authorize: ReturnType<typeof authorizeBy> | undefined;
  const world: World = {
    stack,
    config,
    clock,
    log,
    hooks,
    starts,
    calls,
    accesses,
    errors,
    crash,
    busy,
    hook: options.hook ?? (() => 204),
  };
  const place = countingPlace();
  const cloud = createCloud({
    place,
    clock,
    engine,
    imageStore,
    timing: { step: 100, replace: 1000 },
    invoke: (functionArn, payload) => void invokeAsync(world, cloud, functionArn, payload),
    around: {
      authorize(caller, asked) {
        accesses.push(...asked.map((access) => ({ ...access, role: caller.accessKeyId })));
        authorize?.(caller, asked);
      },
      before(service, operation, input, caller) {
        calls.push(`${caller.accessKeyId} ${service} ${operation}`);
        if (stack.roles[caller.accessKeyId]) return options.faults?.before?.(service, operation, input, caller);
      },
      after(service, operation, input, caller) {
        if (stack.roles[caller.accessKeyId]) return options.faults?.after?.(service, operation, input, caller);
      },
    },
    ...channelEars(config, (received) => told.push(received)),
    ...(options.delivery ? { delivery: options.delivery } : {}),
    ...(options.rateLimits
      ? { rateLimits: { exempt: ['root'], ...(options.rateLimits === true ? {} : options.rateLimits) } }
      : {}),
  });
  const door = cloud.dispatcher.handle;
  cloud.dispatcher.handle = (request) => busy.during(async () => (await options.intercept?.(request)) ?? door(request));
  const aws = clientConfig(cloud.dispatcher, 'root') as unknown as AwsConnection;
  world.cloud = cloud;
  return {
    ...world,
    /** What channels told over topics and buses. */
    told,
    cloud,
    engine,
    aws,
    /** Creates what serverless.yml says; from here on IAM is enforced. */
    async deploy() {
      await provision(stack, aws);
      authorize = authorizeBy(stack);
      await createCustomResources(stack, {
        invoke: async (name, payload) => {
          const outcome = await invoke(world, functionOf(stack, name), payload);
          if (outcome.kind === 'failed') return outcome;
          return { kind: 'done', payload: outcome.result && JSON.parse(outcome.result) };
        },
      });
    },
    async pass(seconds: number) {
      await clock.advance(seconds * 1000);
    },
    callsMade: () => world.made ?? 0,
    /** As a deployment of the functions with another batuta.yml; the stack stays as it was. */
    configure(next: Config) {
      world.config = next;
    },
    invoke: (name: string, payload: unknown) => invoke(world, functionOf(stack, name), payload),
    close: () => cloud.close(),
  };
}

interface World {
  stack: Stack;
  config: Config;
  clock: VirtualClock;
  log: LogEntry[];
  hooks: Hook[];
  /** `only: all` brings them with the ends: apart, so that tests of ends need not mind them. */
  starts: Hook[];
  calls: string[];
  /** What was asked of IAM, allowed or not. */
  accesses: AskedAccess[];
  /** What Lambda would show and send to the dead-letter queues. */
  errors: FunctionError[];
  crash: { after: number; at: string | undefined };
  busy: ReturnType<typeof createBusy>;
  hook: (hook: Hook) => number | Promise<number>;
  cloud?: Cloud;
  /** Calls of functions so far, for `crashAfter`. */
  made?: number;
}

/** Knows when nothing is under way but sleeping. */
function createBusy() {
  let underWay = 0;
  return {
    async during<T>(work: () => Promise<T>): Promise<T> {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
      }
    },
    async settle(): Promise<void> {
      for (let quiet = 0; quiet < 6; quiet = underWay === 0 ? quiet + 1 : 0) await turn();
    },
  };
}

function functionOf(stack: Stack, given: string): StackFunction {
  const found = Object.values(stack.functions).find(({ name, functionName, arn }) =>
    [name, functionName, arn].includes(given),
  );
  if (!found) throw new Error(`No function ${given} in serverless.yml`);
  return found;
}

function invokeAsync(world: World, cloud: Cloud, functionArn: string, payload: unknown): Promise<void> {
  const called = functionOf(world.stack, functionArn);
  return runAsynchronously(JSON.stringify(payload), called.deadLetterArn, {
    clock: world.clock,
    run: (_requestId, text) => invoke(world, called, JSON.parse(text)),
    deadLetter: ({ queueArn, body, attributes }) => cloud.sqs.send(queueArn, body, attributes),
    closed: () => false,
  });
}

/** One invocation: its own connections, so that a crash takes only itself along. */
async function invoke(world: World, called: StackFunction, payload: unknown): Promise<Outcome> {
  const definition = definitions.get(called.name);
  if (!definition) throw new Error(`${called.name} is not in test/support/system.ts`);
  let gone = false;
  async function mortal<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (gone) throw new Crash('the process is gone');
    world.made = (world.made ?? 0) + 1;
    const isLast = world.made === world.crash.after;
    const answer = await work();
    if (!isLast) return answer;
    gone = true;
    world.crash.at = `${called.name}: ${name}`;
    throw new Crash(world.crash.at);
  }
  /** Who waits for another try is gone too. */
  const sleep = async (ms: number) => {
    if (gone) throw new Crash('the process is gone');
    return world.clock.sleep(ms);
  };
  const runtime = { ...runtimeOf(world, called, mortal), sleep };
  const { result, error } = await runDefinition(definition, payload, definition.connect(runtime), runtime).then(
    (value) => ({ result: value, error: undefined }),
    (thrown: Error) => ({ result: undefined, error: thrown }),
  );
  // A crash that the code swallowed is a crash all the same.
  if (!error && !gone) return { kind: 'done', result: result === undefined ? undefined : JSON.stringify(result) };
  const told = { errorType: error?.name ?? 'Crash', errorMessage: error?.message ?? 'gone' };
  world.errors.push(told);
  return { kind: 'failed', error: told };
}

type Mortal = <T>(name: string, work: () => Promise<T>) => Promise<T>;

function runtimeOf(world: World, called: StackFunction, mortal: Mortal): Omit<Runtime, 'sleep'> {
  const { clock, log, config, cloud } = world;
  const startedAt = clock.now();
  const write =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void log.push({ function: called.name, level, message, fields });
  const connection = clientConfig((cloud as Cloud).dispatcher, called.roleName);
  const inner = connection.requestHandler.handle;
  connection.requestHandler.handle = (request) =>
    mortal(`${request.headers['x-amz-target'] ?? request.path}`, () => inner(request));
  return {
    env(name) {
      const value = called.environment[name];
      if (value === undefined) throw new Error(`The environment variable ${name} is not set for ${called.name}`);
      return value;
    },
    aws: connection as unknown as AwsConnection,
    config,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    now: () => toInstant(clock.now()),
    newId: () => createHash('md5').update(String(newIds++)).digest('hex'),
    fetch: (url, init) => mortal('fetch', () => answer(world, String(url), init)),
    network: {
      lookup: async () => [{ address: '18.0.0.1', family: 4 }],
      request: ({ url, method, headers, body }) =>
        mortal('fetch', async () => {
          const { status, headers: answered, body: stream } = await answer(world, url.href, { method, headers, body });
          return { status, headers: Object.fromEntries(answered), body: stream ?? [] };
        }),
    },
    remainingMs: () => called.timeoutSeconds * 1000 - (clock.now() - startedAt),
  };
}
let newIds = 0;

/** The webhook's server; CloudFormation's address is a real one on loopback, the AWS endpoint has no socket. */
async function answer({ hooks, starts, hook, busy, cloud }: World, url: string, init?: RequestInit): Promise<Response> {
  const blob = cloud?.ecr.blobAt(new URL(url).pathname);
  if (blob !== undefined) return new Response(blob);
  if (!url.startsWith(`${hooksUrl}/`)) return busy.during(() => fetch(url, init));
  const { pathname: path } = new URL(url);
  const received = { path, headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) } as Hook;
  const isStart = received.body.data?.kind?.endsWith('-started') === true;
  (isStart ? starts : hooks).push(received);
  return new Response(null, { status: isStart ? 204 : await hook(received) });
}
