import type { StackRoute } from '../stack/stack.ts';

export interface RouteMatch {
  route: StackRoute;
  pathParameters: Record<string, string>;
}

/** `/api/{proxy+}` → an expression with named groups; `{name}` is one segment, `{name+}` the rest. */
function expressionOf(path: string): RegExp {
  const source = path
    .replace(/[.*^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}

/** API Gateway prefers a full path to a greedy one, a longer to a shorter one, a named method to ANY. */
function rank({ method, path }: StackRoute): number {
  return (path.includes('+}') ? 0 : 10_000) + path.length * 2 + (method === 'ANY' ? 0 : 1);
}

/** The route that API Gateway would choose; undefined: it answers 404 itself. */
export function matchRoute(routes: readonly StackRoute[], method: string, path: string): RouteMatch | undefined {
  for (const route of routes.toSorted((a, b) => rank(b) - rank(a))) {
    if (route.method !== 'ANY' && route.method !== method) continue;
    const found = expressionOf(route.path).exec(path);
    if (found) return { route, pathParameters: { ...found.groups } };
  }
  return undefined;
}
