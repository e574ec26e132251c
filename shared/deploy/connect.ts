import { type EcrGateway, ecrGateway } from '../aws/ecr.ts';
import { type EcsServices, ecsServices } from '../aws/ecs-services.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Log, Runtime } from '../lambda/runtime.ts';
import type { Leases } from '../store/lease.ts';
import type { Records } from '../store/records.ts';
import { connectStores } from '../store/stores.ts';
import type { Deployment } from './deployment.ts';
import { type Pointers, pointerStore } from './pointer-store.ts';

/** What the steps of a deployment need. */
export interface DeployDeps {
  config: Config;
  /** The only registry that images may come from: `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
  registry: string;
  ecr: EcrGateway;
  ecs: EcsServices;
  deployments: Records<Deployment>;
  pointers: Pointers;
  leases: Leases;
  log: Log;
  now(): Instant;
  sleep(ms: number): Promise<void>;
}

/** Connects the steps of a deployment; needs TABLE_NAME, BUS_NAME and REGISTRY. */
export function connectDeploy(runtime: Omit<Runtime, 'remainingMs'>): DeployDeps {
  const { table, leases, deployments } = connectStores(runtime);
  const { aws, config, log, now, sleep } = runtime;
  const registry = runtime.env('REGISTRY');
  const pointers = pointerStore(table);
  return {
    config,
    registry,
    ecr: ecrGateway(aws),
    ecs: ecsServices(aws),
    deployments,
    pointers,
    leases,
    log,
    now,
    sleep,
  };
}
