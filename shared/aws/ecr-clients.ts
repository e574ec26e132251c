import { ECRClient } from '@aws-sdk/client-ecr';
import type { AwsConnection } from './connection.ts';

/** A client for a registry: in its region, and with its account where it is not ours. */
export interface RegistryClient {
  client: ECRClient;
  /** Of each request; absent for our own registry. */
  registryId?: string;
}

/** Clients by registry (`ACCOUNT.dkr.ecr.REGION.amazonaws.com`; none: our own), one per region. */
export function ecrClients(aws: AwsConnection): (registry?: string) => RegistryClient {
  const byRegion = new Map<string | undefined, ECRClient>();
  return (registry) => {
    const [, account, region] = /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\./.exec(registry ?? '') ?? [];
    const client = byRegion.get(region) ?? new ECRClient({ ...aws, ...(region ? { region } : {}) });
    byRegion.set(region, client);
    return { client, ...(account ? { registryId: account } : {}) };
  };
}
