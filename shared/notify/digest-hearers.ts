import type { RouteConfig } from '../config/config.ts';
import { digestKeyOf } from './digest-scope.ts';

/**
 * The routes that tell a digest: those that ask for it, whatever news they take, and those for digests (`kind`), which
 * hear them all. No route takes it away from another, and no `only` or severity leaves it out.
 */
export const routesOfDigest = (routes: readonly RouteConfig[], key: string): RouteConfig[] =>
  routes
    .filter((route) => digestKeyOf(route) === key || (!route.digest && route.when.kind?.includes('digest')))
    .map((route) => ({ ...route, when: {}, only: 'all', continue: true }));
