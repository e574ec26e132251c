import { isFargate } from '../capacity.ts';
import type { Finding, Path } from '../problem.ts';
import { type Check, type JobDraft, jobsOf } from './check.ts';

type CapacityDraft = JobDraft['capacity'];
interface Provider {
  provider: string;
  weight: number;
  base: number;
  path: Path;
}

/** ECS takes each strategy, and all of a job's capacity is of one kind. */
export const checkCapacity: Check = (input) =>
  jobsOf(input).flatMap(([, { capacity }, path]) => {
    const at = [...path, 'capacity'];
    const lists = strategiesOf(capacity, at);
    return [
      ...mixed(
        lists.flatMap(([list]) => list),
        at,
      ),
      ...lists.flatMap(([list, place]) => checkStrategy(list, place)),
    ];
  });

/** Whether its tasks run on EC2 instances, by the first provider. */
export function runsOnEc2({ capacity }: JobDraft): boolean {
  const [first] = providersOf(capacity, []);
  return first !== undefined && !isFargate(first.provider);
}

export const providersOf = (capacity: CapacityDraft, path: Path): Provider[] =>
  strategiesOf(capacity, path).flatMap(([list]) => list);

function strategiesOf(capacity: CapacityDraft, path: Path): [Provider[], Path][] {
  if (typeof capacity !== 'object' || Array.isArray(capacity)) return [[listed(capacity, path), path]];
  return (['strategy', 'fallback'] as const).map((key) => [listed(capacity[key], [...path, key]), [...path, key]]);
}

function listed(providers: Exclude<CapacityDraft, { strategy?: unknown }>, path: Path): Provider[] {
  if (providers === undefined) return [];
  if (typeof providers === 'string') return [{ provider: providers, weight: 1, base: 0, path }];
  return providers.flatMap((item, i) => {
    if (item?.provider === undefined) return [];
    return [{ provider: item.provider, weight: item.weight ?? 1, base: item.base ?? 0, path: [...path, i] }];
  });
}

/** Source: ECS API reference, CreateCapacityProvider and RunTask: a strategy has either Fargate or Auto Scaling groups. */
function mixed(providers: readonly Provider[], path: Path): Finding[] {
  if (new Set(providers.map(({ provider }) => isFargate(provider))).size < 2) return [];
  const message = 'mixes Fargate and EC2 instances, for which one task definition does not do';
  return [{ path, message, write: 'name FARGATE and FARGATE_SPOT only, or only providers of the cluster' }];
}

function checkStrategy(list: readonly Provider[], path: Path): Finding[] {
  const twice = list.find(({ provider }, i) => list.findIndex((other) => other.provider === provider) < i);
  if (twice)
    return [{ path: twice.path, message: `\`${twice.provider}\` stands here twice`, write: 'keep one of the two' }];
  const [, second] = list.filter(({ base }) => base > 0);
  if (second)
    return [
      { path: [...second.path, 'base'], message: 'a second `base`, of which ECS takes one', write: 'remove one' },
    ];
  if (list.length === 0 || list.some(({ weight }) => weight > 0)) return [];
  return [{ path, message: 'gives no provider a weight above 0', write: 'write `weight: 1` for at least one' }];
}
