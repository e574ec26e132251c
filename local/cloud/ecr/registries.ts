import type { RegistryScanningRule, ReplicationRule, ScanType } from '@aws-sdk/client-ecr';
import type { Caller, Home, Place } from '../service.ts';
import type { Repositories } from './repositories.ts';

/** The private registry of one account in one region. */
export interface Registry {
  /** Account and region are the registry's. */
  place: Place;
  repositories: Repositories;
  scanning: { scanType: ScanType; rules: RegistryScanningRule[] };
  replication: ReplicationRule[];
}

/** The registries that anything was asked of; repository policies are not modelled, so that each is open to all. */
export function createRegistries(place: Place) {
  const registries = new Map<string, Registry>();
  const at = ({ account, region }: Home): Registry => {
    const host = registryHost({ account, region });
    const registry = registries.get(host) ?? {
      place: { ...place, account, region },
      repositories: new Map(),
      scanning: { scanType: 'BASIC', rules: [] },
      replication: [],
    };
    registries.set(host, registry);
    return registry;
  };
  return {
    at,
    /** A call's: of the account that it names, in the region that it is signed for. */
    of: ({ registryId }: { registryId?: string | undefined }, caller: Caller | undefined): Registry =>
      at({ account: registryId ?? place.account, region: caller?.region ?? place.region }),
  };
}

export type Registries = ReturnType<typeof createRegistries>;

export function registryHost({ account, region }: Home): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

/** Account and region of a registry's host name; undefined for what is none. */
export function homeOf(host: string): Home | undefined {
  const [, account, region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** `HOST/repository` as registry and repository name; a name without a host is the own registry's. */
export function splitHost(name: string): { home: Home | undefined; repository: string } {
  const [host = '', ...rest] = name.split('/');
  const home = homeOf(host);
  return { home, repository: home ? rest.join('/') : name };
}
