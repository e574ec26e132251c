import type { RouteConfig } from '../../config/config.ts';
import { digestKeyOf } from './digest-scope.ts';

/** A route of digests (`kind`) that asks for none of its own hears them all. */
const hearsAll = ({ when, digest }: RouteConfig) => !digest && (when.kind?.includes('digest') ?? false);

/** Whether some digest goes by this route. */
export const tellsDigests = (route: RouteConfig): boolean => digestKeyOf(route) !== undefined || hearsAll(route);

/**
 * The routes that tell a digest: those that ask for it, whatever news they take, and those that hear them all.
 * No route takes it away from another, and no `only` or severity leaves it out.
 */
export const routesOfDigest = (routes: readonly RouteConfig[], key: string): RouteConfig[] =>
  routes
    .filter((route) => digestKeyOf(route) === key || hearsAll(route))
    .map((route) => ({ ...route, when: {}, only: 'all', continue: true }));
