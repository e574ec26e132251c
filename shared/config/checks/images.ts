import type { Finding, Path } from '../problem.ts';
import { type Check, type CheckInput, entries, targets } from './check.ts';

/** Images come from our own registry or one of the allow-list, and each service knows which one it gets. */
export const checkImages: Check = (input) => [
  ...targets(input.draft).flatMap(([, { image }, path]) => checkRegistry(image?.registry, path, input)),
  ...entries(input.draft.jobs, 'jobs').flatMap(([, { image }, path]) =>
    typeof image === 'object' ? checkRegistry(image.registry, path, input) : [],
  ),
  ...entries(input.draft.services, 'services').flatMap(([key, , path]) => checkTags(key, path, input)),
];

function checkRegistry(registry: string | undefined, path: Path, { draft }: CheckInput): Finding[] {
  if (registry === undefined || draft.registries?.includes(registry)) return [];
  return [
    {
      path: [...path, 'image', 'registry'],
      message: `\`${registry}\` is not among the registries allowed`,
      write: `add it to \`registries\` at the top, or remove it for your own registry`,
    },
  ];
}

function checkTags(key: string, path: Path, { draft, given }: CheckInput): Finding[] {
  if (!given([...path, 'image', 'repository']) || given([...path, 'image', 'tags'])) return [];
  const comesByPromotion = entries(draft.services, 'services').some(
    // A wrong `promote` is told already, and may have meant this one.
    ([, { promote }, at]) =>
      promote?.to === undefined ? given([...at, 'promote']) : promote.to === key || !given(['services', promote.to]),
  );
  if (comesByPromotion) return [];
  const write = 'write for example `tags: "semver:>=1.0.0"`; only what another service promotes to needs none';
  return [{ path: [...path, 'image', 'tags'], message: 'is missing', write }];
}
