import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import type { Draft } from '../schema.ts';
import { type Check, type CheckInput, entries } from './check.ts';

type WhenDraft = NonNullable<NonNullable<NonNullable<Draft['routes']>[number]>['when']>;

/** Routes lead to channels that exist, and a name without `*` is one of ours. */
export const checkRoutes: Check = (input) =>
  (input.draft.routes ?? []).flatMap((route, i) => {
    const path = ['routes', i];
    return [
      ...(route?.to ?? []).flatMap((name, j) =>
        name === undefined ? [] : checkTarget(name, [...path, 'to', j], input),
      ),
      ...checkContradiction(route?.when ?? {}, [...path, 'when']),
      ...checkSubject(route?.when?.job, ['jobs'], [...path, 'when', 'job'], input),
      ...checkSubject(route?.when?.service, ['services', 'scheduledTasks'], [...path, 'when', 'service'], input),
    ];
  });

function checkTarget(name: string, path: Path, { draft, given }: CheckInput): Finding[] {
  if (given(['channels', name])) return [];
  const suggestion = suggestName(name, Object.keys(draft.channels ?? {}));
  return [{ path, message: `there is no channel \`${name}\``, write: suggestion ?? `add \`${name}\` to channels` }];
}

/** News is about one job or one service. */
function checkContradiction({ kind, job, service }: WhenDraft, path: Path): Finding[] {
  const both = job !== undefined && service !== undefined;
  if (both) return [{ path, message: 'no news is about both a job and a service', write: 'write two routes' }];
  const wrong = job !== undefined ? kind === 'deployment' : service !== undefined && kind === 'run';
  if (!wrong) return [];
  const about = job !== undefined ? 'job is about runs' : 'service is about deployments';
  return [{ path: [...path, 'kind'], message: `no such news: a ${about}`, write: 'remove `kind`' }];
}

function checkSubject(
  name: string | undefined,
  among: ('jobs' | 'services' | 'scheduledTasks')[],
  path: Path,
  { draft, given }: CheckInput,
): Finding[] {
  if (name === undefined || name.includes('*') || among.some((part) => given([part, name]))) return [];
  const known = among.flatMap((part) => entries<unknown>(draft[part]).map(([key]) => key));
  const write = suggestName(name, known) ?? `add it to ${among[0]}, or remove this condition`;
  return [{ path, message: `there is no such name under ${among.join(' or ')}: \`${name}\``, write }];
}
