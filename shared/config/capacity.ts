import type { CapacityConfig, CapacityProviderConfig } from './config.ts';
import { present } from './records.ts';
import type { CapacityYaml } from './schema/capacity.ts';

type Providers = Exclude<CapacityYaml, { strategy: unknown }>;

export function resolveCapacity(capacity: CapacityYaml): CapacityConfig {
  if (typeof capacity === 'string' || Array.isArray(capacity)) return { strategy: resolveProviders(capacity) };
  const { strategy, fallback } = capacity;
  return {
    strategy: resolveProviders(strategy),
    ...present({ fallback: fallback === undefined ? undefined : resolveProviders(fallback) }),
  };
}

/** Whether tasks of this provider run on Fargate; any other is one of the cluster, of EC2 instances. */
export const isFargate = (provider: string): boolean => provider === 'FARGATE' || provider === 'FARGATE_SPOT';

function resolveProviders(providers: Providers): CapacityProviderConfig[] {
  return typeof providers === 'string' ? [{ provider: providers, weight: 1, base: 0 }] : providers;
}
