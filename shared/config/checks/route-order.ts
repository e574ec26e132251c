import { covers } from '../../notify/routes/routes.ts';
import type { RouteConfig } from '../config.ts';
import type { Finding } from '../problem.ts';
import { present } from '../records.ts';
import type { Check, CheckInput } from './check.ts';
import { listOf, type RouteDraft } from './route-draft.ts';

/** No route stands behind one that takes all of its news and does not go on. */
export const checkRouteOrder: Check = (input) => {
  const conditions = (input.draft.routes ?? []).map((route, i) => route && conditionsOf(route, i, input));
  return conditions.flatMap((when, i): Finding[] => {
    const before =
      when && conditions.findIndex((earlier, j) => j < i && ends(j, input) && earlier && covers(earlier, when));
    if (before === undefined || before < 0) return [];
    const message = `can never apply: routes[${before}] takes all of its news`;
    return [{ path: ['routes', i], message, write: `put it before that one, or write \`continue: true\` there` }];
  });
};

/** Undefined where a condition has a wrong shape: what it was meant to be is not known. */
function conditionsOf({ when = {} }: RouteDraft, i: number, { given }: CheckInput): RouteConfig['when'] | undefined {
  const { severity, kind, ...names } = when;
  const lists = { severity: listOf(severity), kind: listOf(kind) };
  const isWhole =
    (['severity', 'kind'] as const).every((key) => !given(['routes', i, 'when', key]) || lists[key].length > 0) &&
    (['job', 'service', 'environment', 'tag'] as const).every(
      (key) => !given(['routes', i, 'when', key]) || names[key] !== undefined,
    );
  if (!isWhole) return undefined;
  return present({
    severity: lists.severity.length > 0 ? lists.severity : undefined,
    kind: lists.kind.length > 0 ? lists.kind : undefined,
    ...names,
  });
}

/** Where `continue` has a wrong shape it may have been meant. */
const ends = (i: number, { draft, given }: CheckInput) =>
  draft.routes?.[i]?.continue === false || !given(['routes', i, 'continue']);
