import { AwsError } from '../service.ts';

export interface StrategyItem {
  capacityProvider?: string | undefined;
  base?: number | undefined;
  weight?: number | undefined;
}

/** `failures[].reason` of RunTask where Fargate has no room; its `arn` is absent then. */
export const UNAVAILABLE =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone';

/** Whether a capacity provider or launch type is Fargate's. */
export const isFargate = (capacity: string | undefined): boolean =>
  capacity === 'FARGATE' || capacity === 'FARGATE_SPOT';

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

interface Asked<Item> {
  launchType?: string | undefined;
  capacityProviderStrategy?: Item[] | undefined;
}

/** What says nothing of its capacity gets the default strategy of the cluster. */
export function withDefaultStrategy<Item, Input extends Asked<Item>>(input: Input, strategy: Item[] = []): Input {
  if (input.launchType !== undefined || input.capacityProviderStrategy?.length || strategy.length === 0) return input;
  return { ...input, capacityProviderStrategy: strategy };
}

/** @throws AwsError for a strategy that ECS refuses on a cluster with these providers. */
export function checkStrategy(strategy: readonly StrategyItem[], associated: readonly string[]): void {
  // Limit of RunTask in the ECS API reference; those of weight and base are the model's.
  if (strategy.length > 20) refuse('A capacity provider strategy can contain a maximum of 20 capacity providers.');
  const foreign = strategy.find(({ capacityProvider = '' }) => !associated.includes(capacityProvider));
  if (foreign)
    refuse(
      `The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster (${foreign.capacityProvider}). Associate the capacity provider with the cluster and try again.`,
    );
  // As the ECS API answers: terraform-aws-modules/terraform-aws-ecs#68.
  if (new Set(strategy.map(({ capacityProvider }) => isFargate(capacityProvider))).size > 1)
    refuse(
      'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
    );
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    refuse('Only one capacity provider in a capacity provider strategy can have a base value defined.');
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0))
    refuse('At least one capacity provider in a capacity provider strategy must have a weight greater than 0.');
}
