import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { type Check, type CheckInput, entries } from './check.ts';

/** Routes lead to channels that exist, and a name without `*` is one of ours. */
export const checkRoutes: Check = (input) =>
  (input.draft.routes ?? []).flatMap((route, i) => {
    const path = ['routes', i];
    return [
      ...(route?.to ?? []).flatMap((name, j) =>
        name === undefined ? [] : checkTarget(name, [...path, 'to', j], input),
      ),
      ...checkSubject(route?.when?.job, 'jobs', [...path, 'when', 'job'], input),
      ...checkSubject(route?.when?.service, 'services', [...path, 'when', 'service'], input),
    ];
  });

function checkTarget(name: string, path: Path, { draft, given }: CheckInput): Finding[] {
  if (given(['channels', name])) return [];
  const suggestion = suggestName(name, Object.keys(draft.channels ?? {}));
  return [{ path, message: `there is no channel \`${name}\``, write: suggestion ?? `add \`${name}\` to channels` }];
}

function checkSubject(
  name: string | undefined,
  among: 'jobs' | 'services',
  path: Path,
  { draft, given }: CheckInput,
): Finding[] {
  if (name === undefined || name.includes('*') || given([among, name])) return [];
  const suggestion = suggestName(
    name,
    entries<unknown>(draft[among]).map(([key]) => key),
  );
  const write = suggestion ?? `add it to ${among}, or remove this condition`;
  return [{ path, message: `there is no such name under ${among}: \`${name}\``, write }];
}
