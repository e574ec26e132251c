import { AwsError } from '../service.ts';

export interface StrategyItem {
  capacityProvider?: string | undefined;
  base?: number | undefined;
  weight?: number | undefined;
}

/** How many tasks of a service or of one RunTask each provider has. */
type Placed = ReadonlyMap<string, number>;

/**
 * Where the next task goes: to the provider whose base is not met, else to the one that has the
 * fewest tasks beyond its base for its weight (CapacityProviderStrategyItem in the ECS API reference).
 */
export function capacityProviderOf(
  strategy: readonly StrategyItem[] = [],
  placed: Placed = new Map(),
): string | undefined {
  const has = ({ capacityProvider = '' }: StrategyItem) => placed.get(capacityProvider) ?? 0;
  const short = strategy.find((item) => has(item) < (item.base ?? 0));
  if (short) return short.capacityProvider;
  const load = (item: StrategyItem) => (has(item) - (item.base ?? 0) + 1) / (item.weight ?? 0);
  const weighted = strategy.filter(({ weight = 0 }) => weight > 0).sort((a, b) => load(a) - load(b));
  return (weighted[0] ?? strategy[0])?.capacityProvider;
}

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** @throws AwsError for a strategy that ECS refuses on a cluster with these providers. */
export function checkStrategy(strategy: readonly StrategyItem[], associated: readonly string[]): void {
  const foreign = strategy.find(({ capacityProvider = '' }) => !associated.includes(capacityProvider));
  if (foreign)
    refuse(
      `The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster (${foreign.capacityProvider}). Associate the capacity provider with the cluster and try again.`,
    );
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    refuse('Only one capacity provider in a capacity provider strategy can have a base value defined.');
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0))
    refuse('At least one capacity provider in a capacity provider strategy must have a weight greater than 0.');
}
