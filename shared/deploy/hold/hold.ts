import type { Instant } from '../../core/time.ts';

export type HoldKind = 'approval' | 'freeze' | 'scan' | 'pause' | 'promotion' | 'before';

/** One reason why a deployment does not begin yet. */
export interface Hold {
  kind: HoldKind;
  /** For people: `needs approval`. */
  why: string;
  /** When it is over by itself, or gives up; absent where only a person ends it. */
  until?: Instant;
  /** A scan that should have come by now: told once more. */
  overdue?: true;
  /** A scan that will not come by itself: told at once. */
  failed?: true;
  /** Of a scan: the digest that is scanned, where the image is an index that of the task's platform. */
  of?: string;
}

/** Jobs that run first, and a deployment's place in the queue, are nothing that people have to act on. */
const silent: ReadonlySet<HoldKind> = new Set(['before', 'promotion']);

export const toldHolds = (holds: readonly Hold[]): Hold[] => holds.filter(({ kind }) => !silent.has(kind));

/** How a hold ends where nobody does anything; `time` as its reader wants it written. */
export function endInWords(kind: HoldKind, time: string | undefined): string {
  if (time === undefined) return 'until somebody ends it';
  if (kind === 'approval') return `by ${time}, else it is skipped`;
  return kind === 'scan' ? `by ${time}, else it fails` : `until ${time}`;
}

const keyOf = ({ kind, overdue, failed }: Hold) => `${kind}${failed ? '!!' : overdue ? '!' : ''}`;
const keysOf = (holds: readonly Hold[]) => toldHolds(holds).map(keyOf);

/** The same as long as there is nothing new about them: `approval,scan!`. */
export const holdsKey = (holds: readonly Hold[]): string => keysOf(holds).join(',');

interface Held {
  holds: readonly Hold[];
  heldBy?: readonly string[];
  lookAt?: Instant;
}

/** With these holds now; `heldBy` remembers each that there ever was, so that one that ends is no news. */
export function withHolds<Value extends Held>(value: Value, holds: readonly Hold[], lookAt: Instant): Value {
  const heldBy = [...new Set([...(value.heldBy ?? []), ...keysOf(holds)])];
  return { ...value, holds, lookAt, ...(heldBy.length > 0 ? { heldBy } : {}) };
}
