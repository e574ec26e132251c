import { type Instant, plus } from '../../core/time.ts';
import type { ServicePointer } from '../pointer.ts';
import { revisionName } from './revisions-of.ts';

export interface CleanUpFacts {
  /** Those that we registered and that are ACTIVE, as `family:revision`, oldest first. */
  revisions: readonly string[];
  /** How many stay ACTIVE, used ones not counted. */
  keep: number;
  used: ReadonlySet<string>;
  /** No more than these at once: each takes a token of the bucket that registrations wait for. */
  most: number;
}

/** The oldest of what may go; `isLast` where nothing more may go after them. */
export function decideCleanUp({ revisions, keep, used, most }: CleanUpFacts): { go: string[]; isLast: boolean } {
  const unused = revisions.filter((revision) => !used.has(revision));
  const mayGo = unused.slice(0, Math.max(0, unused.length - keep));
  return { go: mayGo.slice(0, most), isLast: mayGo.length <= most };
}

/** Whether a look-up of what is used is worth its calls now. */
export function wantsCleanUp(pointer: ServicePointer, keep: number, now: Instant): boolean {
  const { revisions = [], lastSuccessful, cleanUpAfter } = pointer;
  const live = lastSuccessful && revisionName(lastSuccessful.taskDefinitionArn);
  const others = revisions.filter((revision) => revision !== live);
  return others.length > keep && (cleanUpAfter === undefined || cleanUpAfter <= now);
}

const laterMs = 6 * 3_600_000;

/** What is left is used by somebody, or could not be looked at: no look-up for some hours. */
export const later = (pointer: ServicePointer, now: Instant): ServicePointer => ({
  ...pointer,
  cleanUpAfter: plus(now, laterMs),
});
