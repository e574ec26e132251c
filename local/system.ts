import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleFunctions } from '../build/bundle.ts';
import { InvalidConfiguration, readConfiguration, shownPath } from '../build/configuration.ts';
import { buildToolbox } from '../build/toolbox.ts';
import { createToken } from '../shared/api/tokens.ts';
import type { AwsConnection } from '../shared/aws/connection.ts';
import type { Config } from '../shared/config/config.ts';
import { loadLocal } from '../shared/config/local.ts';
import type { LocalConfig } from '../shared/config/local-config.ts';
import { formatProblem } from '../shared/config/problem.ts';
import { toInstant } from '../shared/core/time.ts';
import { dynamoTable } from '../shared/store/table.ts';
import { channelEars } from './channel-ears.ts';
import { channelParameters, routingKeys } from './channels/addresses.ts';
import { type ReallyTold, reallyTold, realReceivers, unknownSecrets } from './channels/receivers.ts';
import { startChannelServer } from './channels/server.ts';
import type { Answered, Asked, Shown } from './channels/shown.ts';
import { channelStandIns } from './channels/stand-ins.ts';
import { subscribers } from './channels/subscribers.ts';
import { realClock } from './clock.ts';
import { type Cloud, createCloud } from './cloud/cloud.ts';
import { authorizeBy } from './cloud/iam/authorize.ts';
import { withLocalDoor } from './cloud/local-door.ts';
import { type CloudServer, startCloudServer } from './cloud/server.ts';
import type { Place } from './cloud/service.ts';
import type { PassedEvent } from './demo/stage.ts';
import { createProcessEngine } from './engine/process-engine.ts';
import { createCustomResources } from './lambda/custom-resource.ts';
import { createHttpApi } from './lambda/http-api/server.ts';
import { provision } from './lambda/provision.ts';
import { createLambdaRuntime, type LambdaRuntime } from './lambda/runtime/runtime.ts';
import { resolveStack } from './lambda/stack/resolve-stack.ts';
import type { Stack } from './lambda/stack/stack.ts';
import { StartError } from './options.ts';
import { seed } from './seed.ts';

const account = '123456789012';
const region = 'us-east-1';
const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
/** No role of the stack has this name, so the local IAM lets it do everything. */
const rootKey = 'AKIALOCALROOT';

export interface SystemOptions {
  /** Absolute. */
  configFile: string;
  /** Absolute; what exists besides the configuration. */
  localFile: string | undefined;
  apiPort: number;
  awsPort: number;
  onEvent(event: PassedEvent): void;
  /** What people at the channels see. */
  onNotification(shown: Shown): void;
  /** What became of news to a receiver that is none of ours, and shows nothing here. */
  onReallyTold?(told: ReallyTold): void;
  /** Each call that IAM let through, by the access key of who made it: a function's key is its role's name. */
  onCall?(service: string, operation: string, accessKeyId: string): void;
  /** Added to each call of a function, as a network would. */
  latencyMs?: number;
}

/** The whole of Batuta on this machine: an AWS endpoint, the functions as serverless.yml wires them, the API. */
export interface System {
  config: Config;
  local: LocalConfig;
  stack: Stack;
  cloud: Cloud;
  /** How SDK clients reach the endpoint with every right. */
  aws: AwsConnection;
  awsUrl: string;
  apiUrl: string;
  /** An admin's token of the API. */
  token: string;
  /** What is possible, and hardly meant. */
  warnings: readonly string[];
  close(): Promise<void>;
}

const place: Place = {
  account,
  region,
  newHexId: () => randomBytes(16).toString('hex'),
  newUuid: randomUUID,
};

const noLocal: LocalConfig = { parameters: {}, secrets: {}, images: {}, services: {} };

function readLocal(file: string | undefined): LocalConfig {
  if (file === undefined) return noLocal;
  const isDirectory = (path: string) => existsSync(path) && statSync(path).isDirectory();
  const loaded = loadLocal(readFileSync(file, 'utf8'), shownPath(file), { isDirectory });
  if (loaded.ok) return loaded.local;
  throw new StartError(loaded.problems.map(formatProblem).join('\n'));
}

function readConfig(file: string): Config {
  try {
    return readConfiguration(file);
  } catch (error) {
    if (error instanceof InvalidConfiguration) throw new StartError(error.message);
    throw error;
  }
}

/** Closes everything in the reverse order of its start; each step is tried whatever the others do. */
function closers() {
  const steps: (() => unknown)[] = [];
  return {
    add: (step: () => unknown) => void steps.push(step),
    async run() {
      for (const step of steps.splice(0).reverse())
        await Promise.resolve()
          .then(step)
          .catch(() => {});
    },
  };
}

/**
 * Starts everything and resolves when it is ready.
 * @throws StartError with one line for the user; nothing is left running then.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const closing = closers();
  try {
    return await start(options, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function start(options: SystemOptions, closing: ReturnType<typeof closers>): Promise<System> {
  const config = readConfig(options.configFile);
  const givenLocal = readLocal(options.localFile);
  const work = mkdtempSync(join(tmpdir(), 'batuta-'));
  closing.add(() => rmSync(work, { recursive: true, force: true }));
  const home = join(work, 'home');
  mkdirSync(home);
  const abort = new AbortController();
  const building = [
    bundleFunctions({ outDir: join(work, 'functions'), configFile: options.configFile }),
    resolveStack({ configFile: options.configFile, stage: 'local', account, region, signal: abort.signal }),
    buildToolbox(join(work, 'toolbox')),
  ] as const;
  const built = Promise.all(building);
  // It is waited for further down; what fails before may be something else.
  built.catch(() => {});
  closing.add(() => Promise.allSettled(building));
  closing.add(() => abort.abort());
  const clock = realClock();
  const engine = createProcessEngine({ clock, temporary: home });
  closing.add(() => engine.close());
  let lambda: LambdaRuntime | undefined;
  let authorize: ReturnType<typeof authorizeBy> | undefined;
  let server: CloudServer | undefined;
  const ears = channelEars(config, subscribers(config, options.onNotification));
  const receivers = realReceivers(config, givenLocal.parameters);
  const cloud = createCloud({
    place,
    clock,
    engine,
    imageStore: join(work, 'images'),
    invoke: (functionArn, payload) => lambda?.invokeAsync(functionArn, payload),
    around: {
      authorize: (caller, accesses) => authorize?.(caller, accesses),
      async before(service, operation, _input, { accessKeyId }) {
        if (options.latencyMs && accessKeyId !== rootKey) await sleep(options.latencyMs);
        options.onCall?.(service, operation, accessKeyId);
      },
    },
    delivery: (event, deliver) => setImmediate(deliver) && options.onEvent(event),
    ...ears,
    onPut(bus, event) {
      ears.onPut(bus, event);
      const told = reallyTold(receivers, event);
      if (told) options.onReallyTold?.(told);
    },
    taskEnvironment: (role) => ({
      AWS_ENDPOINT_URL: server?.url ?? '',
      AWS_ACCESS_KEY_ID: role?.split('/').pop() ?? 'task-without-a-role',
      AWS_SECRET_ACCESS_KEY: 'local',
    }),
  });
  closing.add(() => cloud.close());
  server = await startCloudServer({ dispatcher: withLocalDoor(cloud.dispatcher, cloud.ecr), port: options.awsPort });
  closing.add(() => server?.close());
  const channels = await startChannels(config, givenLocal, options.onNotification);
  closing.add(() => channels.close());
  const local = { ...givenLocal, parameters: channels.parameters };
  const aws: AwsConnection = {
    endpoint: server.url,
    region,
    credentials: { accessKeyId: rootKey, secretAccessKey: 'local' },
  };
  await seed(config, local, { aws, ecr: cloud.ecr, registry, region });
  const [bundles, stack] = await built;
  Object.assign(stack.functions['deliver-notifications']?.environment ?? {}, { CHANNEL_STAND_INS: channels.url });
  lambda = createLambdaRuntime({
    stack,
    bundles: Object.fromEntries(bundles.map(({ name, file }) => [name, file])),
    awsUrl: server.url,
    clock,
    deadLetter: ({ queueArn, body, attributes }) => cloud.sqs.send(queueArn, body, attributes),
    log: (group, stream, line) => cloud.logs.put(group, stream, [line]),
  });
  const runtime = lambda;
  closing.add(() => runtime.close());
  await provision(stack, aws);
  await pushToolbox(stack, cloud, join(work, 'toolbox'));
  authorize = authorizeBy(stack);
  await createCustomResources(stack, runtime);
  const api = await createHttpApi({ stack, invoke: runtime.invoke, port: options.apiPort });
  closing.add(() => api.close());
  const table = dynamoTable(aws, tableNameOf(stack));
  const token = await createToken(table, 'local', 'admin', toInstant(clock.now()));
  return {
    config,
    local,
    stack,
    cloud,
    aws,
    awsUrl: server.url,
    apiUrl: api.url,
    token: token ?? '',
    warnings: unknownSecrets(config, givenLocal.parameters),
    close: closing.run,
  };
}

/** The channels' servers, with the parameters that lead to them. */
async function startChannels(config: Config, local: LocalConfig, onShown: (shown: Shown) => void) {
  let answer: ((asked: Asked) => Answered) | undefined;
  const server = await startChannelServer((asked) => answer?.(asked) ?? { status: 503 });
  const parameters = channelParameters(config, local.parameters, server.url);
  answer = channelStandIns(config, routingKeys(config, parameters), onShown);
  return { ...server, parameters };
}

const tableNameOf = (stack: Stack): string =>
  Object.values(stack.functions)[0]?.environment.TABLE_NAME ?? `batuta-${stack.stage}`;

async function pushToolbox(stack: Stack, cloud: Cloud, directory: string): Promise<void> {
  const image = stack.functions['launch-runs']?.environment.TOOLBOX_IMAGE ?? '';
  const [, repository = '', tag = 'latest'] = /^[^/]+\/(.+):([^:]+)$/.exec(image) ?? [];
  await cloud.ecr.readAndPush(repository, tag, directory);
}

/** batuta.local.yml beside the configuration; for the shipped example without one, the demo's own. */
export function localFileFor(configFile: string, root: string): string | undefined {
  const beside = join(dirname(configFile), 'batuta.local.yml');
  if (existsSync(beside)) return beside;
  return configFile === join(root, 'batuta.yml') ? resolve(root, 'examples/demo/batuta.local.yml') : undefined;
}
