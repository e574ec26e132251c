import { createHash } from 'node:crypto';
import type { RouteConfig } from '../../config/config.ts';
import { familiesOf } from '../routes/routes.ts';
import type { DigestScope } from './digest.ts';

/**
 * What a route's digest sums up: what of deployments and runs its conditions can match, whatever became of them.
 * A route for digests alone (`kind: digest`) has no other news to be told from, and sums up everything.
 */
export function scopeOf(when: RouteConfig['when']): DigestScope {
  const { job = '*', service = '*', tag } = when;
  const families = familiesOf(when);
  const isWhole = families.every((family) => family === 'digest') && families.length > 0;
  return {
    ...(isWhole || families.includes('run') ? { jobs: job } : {}),
    ...(isWhole || families.includes('deployment') ? { services: service, ...(tag === undefined ? {} : { tag }) } : {}),
  };
}

/**
 * What makes two digests the same: what they sum up, and when. Neither the route's place in the list, nor its
 * channels, nor what else it says: moving a route or giving it one more channel repeats no digest, and routes that
 * ask for the same one share it. Undefined where a route asks for none, or for one of nothing.
 */
export function digestKeyOf({ when, digest }: Pick<RouteConfig, 'when' | 'digest'>): string | undefined {
  if (!digest) return undefined;
  const { jobs, services, tag } = scopeOf(when);
  if (jobs === undefined && services === undefined) return undefined;
  const { every, day, at, timezone } = digest;
  const meaning = [every, every === 'week' ? day : null, at, timezone, jobs ?? null, services ?? null, tag ?? null];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 12);
}
