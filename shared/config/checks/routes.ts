import { familiesOf, globMatches } from '../../notify/routes/routes.ts';
import type { NewsFamily } from '../config.ts';
import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { present } from '../records.ts';
import { type Check, type CheckInput, entries } from './check.ts';
import { listOf, type RouteDraft } from './route-draft.ts';
import { checkRouteMentions } from './route-mentions.ts';
import { checkRouteOrder } from './route-order.ts';
import { checkRouteTimes } from './route-times.ts';

type WhenDraft = NonNullable<RouteDraft['when']>;

/** Routes lead to channels that exist, a name without `*` is one of ours, and each can apply. */
export const checkRoutes: Check = (input) => [
  ...(input.draft.routes ?? []).flatMap((route = {}, i) => {
    const path = ['routes', i];
    return [
      ...(route.to ?? []).flatMap((name, j) =>
        name === undefined ? [] : checkTarget(name, [...path, 'to', j], input),
      ),
      ...checkContradiction(route.when ?? {}, [...path, 'when']),
      ...checkSubject(route.when?.job, ['jobs'], [...path, 'when', 'job'], input),
      ...checkSubject(route.when?.service, ['services', 'scheduledTasks'], [...path, 'when', 'service'], input),
      ...checkDigestOnly(route, [...path, 'when', 'kind'], input),
      ...checkDigestOfNothing(route, path, input),
      ...checkRouteMentions(route, path, input),
      ...checkRouteTimes(route, path, input),
    ];
  }),
  ...checkRouteOrder(input),
];

function checkTarget(name: string, path: Path, { draft, given }: CheckInput): Finding[] {
  if (given(['channels', name])) return [];
  const suggestion = suggestName(name, Object.keys(draft.channels ?? {}));
  return [{ path, message: `there is no channel \`${name}\``, write: suggestion ?? `add \`${name}\` to channels` }];
}

const about = {
  job: 'a job is about runs',
  service: 'a service is about deployments and services',
  environment: 'an environment is about environments',
};

/** News is about one job, one service or one environment; only what is about a service has a tag. */
function checkContradiction({ severity: _, kind, ...conditions }: WhenDraft, path: Path): Finding[] {
  const { tag, ...names } = conditions;
  const kinds = listOf(kind);
  const [name, other] = (['job', 'service', 'environment'] as const).filter((key) => names[key] !== undefined);
  if (name && other)
    return [{ path, message: `no news is about both a ${name} and ${article[other]}`, write: 'write two routes' }];
  if (name && !isPossible({ ...names }, kinds))
    return [{ path: [...path, 'kind'], message: `no such news: ${about[name]}`, write: 'remove `kind`' }];
  if (tag === undefined || isPossible(conditions, kinds)) return [];
  const message = "no such news: only deployments and services have an image's tag";
  return [{ path: [...path, 'tag'], message, write: 'remove it' }];
}

const article = { job: 'a job', service: 'a service', environment: 'an environment' };

const isPossible = (names: Omit<WhenDraft, 'severity' | 'kind'>, kinds: readonly NewsFamily[]) =>
  familiesOf({ ...present(names), ...(kinds.length > 0 ? { kind: kinds } : {}) }).length > 0;

function checkSubject(
  name: string | undefined,
  among: ('jobs' | 'services' | 'scheduledTasks')[],
  path: Path,
  input: CheckInput,
): Finding[] {
  const { draft, given } = input;
  if (name === undefined || among.some((part) => given([part, name]))) return [];
  const known = among.flatMap((part) => entries<unknown>(draft[part]).map(([key]) => key));
  if (name.includes('*') && (known.some((each) => globMatches(name, each)) || isPartWrong(among, input))) return [];
  const write =
    suggestName(name, known) ?? `${name.includes('*') ? '' : `add it to ${among[0]}, or `}remove this condition`;
  return [
    {
      path,
      message: `${name.includes('*') ? 'nothing matches' : 'there is no such name'} under ${among.join(' or ')}: \`${name}\``,
      write,
    },
  ];
}

/** Of names that were to stand under a part of a wrong shape nobody knows whether one matches. */
const isPartWrong = (parts: readonly ('jobs' | 'services' | 'scheduledTasks')[], { draft, given }: CheckInput) =>
  parts.some((part) => given([part]) && draft[part] === undefined);

/** A route of its own for digests hears nothing where none is made. */
function checkDigestOnly({ when }: RouteDraft, path: Path, { draft, given }: CheckInput): Finding[] {
  const kinds = listOf(when?.kind);
  const isMade = (draft.routes ?? []).some((_, i) => given(['routes', i, 'digest']));
  if (isMade || kinds.length === 0 || kinds.some((kind) => kind !== 'digest')) return [];
  return [
    { path, message: 'no route makes a digest', write: 'write `digest: daily` or `digest: weekly` on this route' },
  ];
}

/** Troubles and environments are told as they happen. */
function checkDigestOfNothing({ when }: RouteDraft, path: Path, { given }: CheckInput): Finding[] {
  const kinds = listOf(when?.kind);
  const isSummable = kinds.length > 0 ? kinds.some((kind) => summable.includes(kind)) : when?.environment === undefined;
  if (!given([...path, 'digest']) || isSummable) return [];
  const message = 'has nothing to sum up: digests tell of deployments and runs, which this route does not take';
  return [{ path: [...path, 'digest'], message, write: 'remove it, or write it on another route' }];
}
const summable: readonly NewsFamily[] = ['deployment', 'run', 'digest'];
