import type { Instant } from '../../core/time.ts';

export type HoldKind = 'approval' | 'freeze' | 'scan' | 'pause' | 'promotion' | 'before';

/** One reason why a deployment does not begin yet. */
export interface Hold {
  kind: HoldKind;
  /** For people: `waits for approval`. */
  why: string;
  /** When it is over by itself, or gives up; absent where only a person ends it. */
  until?: Instant;
  /** A scan that should have come by now: told once more. */
  overdue?: true;
}

/** Jobs that run first, and a deployment's place in the queue, are nothing that people have to act on. */
const silent: ReadonlySet<HoldKind> = new Set(['before', 'promotion']);

export const toldHolds = (holds: readonly Hold[]): Hold[] => holds.filter(({ kind }) => !silent.has(kind));

/** The same as long as there is nothing new to tell: `approval,scan!`. */
export const holdsKey = (holds: readonly Hold[]): string =>
  toldHolds(holds)
    .map(({ kind, overdue }) => `${kind}${overdue ? '!' : ''}`)
    .join(',');
