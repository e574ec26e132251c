import { suggestName } from '../nearest.ts';
import type { Finding, Path } from '../problem.ts';
import { templateNames } from '../template.ts';
import { type Chains, chainsOf, type Edge } from './chain-edges.ts';
import type { Check, CheckInput } from './check.ts';
import { checkGiven } from './param-rules.ts';

/** The jobs of `then` and `onFailure` exist, take what they are given, and none starts itself again. */
export const checkChains: Check = (input) => {
  const chains = chainsOf(input.draft);
  return chains.edges.flatMap((edge) => checkEdge(edge, chains, input));
};

function checkEdge(edge: Edge, chains: Chains, input: CheckInput): Finding[] {
  const { to, path, jobPath, params } = edge;
  if (!input.given(['jobs', to])) {
    const write = suggestName(to, Object.keys(input.draft.jobs ?? {})) ?? `add \`${to}\` to jobs`;
    return [{ path: jobPath, message: `there is no job \`${to}\``, write }];
  }
  if (edge.again) return [{ path: jobPath, message: `\`${to}\` stands here twice`, write: 'keep one of the two' }];
  const circle = chains.circle(edge);
  if (circle !== undefined)
    return [{ path: jobPath, message: `goes in a circle: ${circle.join(' → ')}`, write: 'remove one of them' }];
  return [
    ...checkGiven(to, params, [...path, 'params'], path, input),
    ...Object.entries(params).flatMap(([name, value]) =>
      [value].flat().flatMap((text) => checkTemplates(text, edge, [...path, 'params', name], chains, input)),
    ),
  ];
}

const OUTPUT = /^steps\.([^.]+)\.outputs\.[A-Za-z_][\w.-]{0,63}$/;

function checkTemplates(text: unknown, edge: Edge, path: Path, chains: Chains, { given }: CheckInput): Finding[] {
  if (typeof text !== 'string') return [];
  return templateNames(text).flatMap((name) => {
    const [, job] = OUTPUT.exec(name) ?? [];
    const before = chains.upTo(edge.from);
    if (job !== undefined && before.includes(job)) return [];
    return [{ path, ...wrongTemplate(name, job, edge.from, before, job !== undefined && given(['jobs', job])) }];
  });
}

function wrongTemplate(
  name: string,
  job: string | undefined,
  from: string,
  before: readonly string[],
  exists: boolean,
): Omit<Finding, 'path'> {
  if (job === undefined)
    return { message: `\`{{${name}}}\` is no output`, write: `write \`{{steps.${from}.outputs.NAME}}\`` };
  const message = exists ? `\`${job}\` does not run before this` : `there is no job \`${job}\``;
  return { message, write: suggestName(job, before) ?? `write \`{{steps.${from}.outputs.NAME}}\`` };
}
