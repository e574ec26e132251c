import { describedSecrets } from '../aws/described-secrets.ts';
import { type EcrGateway, ecrGateway } from '../aws/ecr.ts';
import { type EcsServices, ecsServices } from '../aws/ecs-services.ts';
import { type EventBus, eventBus } from '../aws/event-bus.ts';
import { type ImageManifests, imageManifests } from '../aws/image-manifest.ts';
import { type ImageScans, imageScans } from '../aws/image-scan.ts';
import { logsGateway } from '../aws/logs.ts';
import { type RevisionUsers, revisionUsers } from '../aws/revision-users.ts';
import type { SecretNames } from '../aws/secret-names.ts';
import { type ServiceReader, serviceReader } from '../aws/service-reader.ts';
import { type TaskRunners, taskRunners } from '../aws/task-runners.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Log, Runtime } from '../lambda/runtime.ts';
import type { Run } from '../run/run.ts';
import { cacheStore } from '../store/cache.ts';
import type { Leases } from '../store/lease.ts';
import { type Pauses, servicePauses } from '../store/pauses.ts';
import type { Records } from '../store/records.ts';
import { connectStores } from '../store/stores.ts';
import type { Deployment } from './deployment.ts';
import { type ScanNotes, scanNotes } from './hold/scan-notes.ts';
import type { TailDeps } from './log-tail.ts';
import type { NoteDeps } from './note-task.ts';
import { type Pointers, pointerStore } from './pointer-store.ts';
import type { SweepDeps } from './sweep-deployments.ts';

/** What the steps of a deployment need. */
export interface DeployDeps {
  config: Config;
  /** Our own registry: `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
  registry: string;
  ecr: EcrGateway;
  ecs: EcsServices;
  secrets: SecretNames;
  manifests: ImageManifests;
  scans: ImageScans;
  scanNotes: ScanNotes;
  /** Rules and schedules of `scheduledTasks:`. */
  runners: TaskRunners;
  /** Whatever may use a revision, in this account and region. */
  users: RevisionUsers;
  deployments: Records<Deployment>;
  runs: Records<Run>;
  pointers: Pointers;
  pauses: Pauses;
  leases: Leases;
  bus: EventBus;
  log: Log;
  now(): Instant;
  sleep(ms: number): Promise<void>;
}

type Connected = Omit<Runtime, 'remainingMs'>;

/** Connects who may touch services; needs TABLE_NAME, BUS_NAME and REGISTRY. */
export function connectDeploy(runtime: Connected): DeployDeps {
  const stores = connectStores(runtime, { inARow: true });
  const { table, leases, runs } = stores;
  const { aws, now, sleep } = runtime;
  const ecs = ecsServices(aws);
  return {
    ...connectLook(runtime, ecs, stores),
    ecs,
    registry: runtime.env('REGISTRY'),
    secrets: describedSecrets(aws),
    manifests: imageManifests(aws, runtime.fetch),
    scans: imageScans(aws),
    scanNotes: scanNotes(cacheStore(table, now)),
    runners: taskRunners(aws, now),
    users: revisionUsers(aws),
    runs,
    pauses: servicePauses(table, now),
    leases,
    sleep,
  };
}

/** What only looks at services. */
export interface LookDeps {
  ecs: ServiceReader;
}

/** What the API reads of a service, and asks for; it touches none. */
export type AskDeps = SweepDeps & LookDeps & Pick<DeployDeps, 'registry' | 'pauses' | 'scans' | 'manifests'>;

/** Connects who records what people want of services; needs TABLE_NAME, BUS_NAME and REGISTRY. */
export function connectAsk(runtime: Connected): AskDeps {
  const stores = connectStores(runtime);
  return {
    ...connectLook(runtime, serviceReader(runtime.aws), stores),
    registry: runtime.env('REGISTRY'),
    scans: imageScans(runtime.aws),
    manifests: imageManifests(runtime.aws, runtime.fetch),
    pauses: servicePauses(stores.table, runtime.now),
  };
}

function connectLook(
  runtime: Connected,
  ecs: ServiceReader = serviceReader(runtime.aws),
  { table, deployments } = connectStores(runtime),
): SweepDeps & LookDeps {
  const { aws, config, log, now } = runtime;
  const bus = eventBus(aws, runtime.env('BUS_NAME'));
  return {
    config,
    deployments,
    pointers: pointerStore(table),
    bus,
    log,
    now,
    ecr: ecrGateway(aws),
    ecs,
  };
}

/** Connects who only looks, and asks for visits. */
export function connectSweep(runtime: Connected): SweepDeps & TailDeps {
  return { ...connectLook(runtime), logs: logsGateway(runtime.aws) };
}

/** Connects who notes evidence, and asks for visits. */
export function connectNotes(runtime: Connected): NoteDeps {
  const { table, deployments } = connectStores(runtime);
  const bus = eventBus(runtime.aws, runtime.env('BUS_NAME'));
  const { config, log, aws } = runtime;
  return { config, deployments, pointers: pointerStore(table), bus, logs: logsGateway(aws), log };
}
