import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { type Check, type CheckInput, entries } from './check.ts';
import { requiredParams } from './param-rules.ts';

/** The jobs of `before` and `after` exist, once each, and run without anybody who gives them parameters. */
export const checkBeforeAndAfter: Check = (input) =>
  entries(input.draft.services, 'services').flatMap(([, service, path]) =>
    (['before', 'after'] as const).flatMap((key) => {
      const names = service[key] ?? [];
      return names.flatMap((name, i) =>
        name === undefined ? [] : checkJob(name, names.indexOf(name) < i, [...path, key, i], input),
      );
    }),
  );

function checkJob(name: string, again: boolean, path: Path, { draft, given }: CheckInput): Finding[] {
  if (again) return [{ path, message: `\`${name}\` stands here twice`, write: 'keep one of the two' }];
  if (!given(['jobs', name])) {
    const suggestion = suggestName(name, Object.keys(draft.jobs ?? {}));
    return [{ path, message: `there is no job \`${name}\``, write: suggestion ?? `add \`${name}\` to jobs` }];
  }
  return requiredParams(draft.jobs?.[name]).map((param) => ({
    path,
    message: `\`${name}\` needs its parameter \`${param}\`, which nobody gives it here`,
    write: `give \`${param}\` a default, or make it \`required: false\``,
  }));
}
