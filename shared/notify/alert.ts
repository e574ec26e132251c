import type { Instant } from '../core/time.ts';
import type { About } from './delivery.ts';
import type { Fact } from './message.ts';
import type { NewsKind } from './news-kind.ts';

/** What is in trouble: a job, a service, or Batuta itself. */
export interface AlertSubject {
  kind: 'job' | 'service' | 'batuta';
  /** The key in batuta.yml; of Batuta itself what has the trouble: `channel team`, `dead letters`, `schedules`. */
  name: string;
}

/** One cause of a subject's trouble, its repeats folded. */
export interface AlertCause {
  kind: NewsKind;
  /** In words, as the first occurrence gave it. */
  cause: string;
  hint?: string;
  firstAt: Instant;
  lastAt: Instant;
  count: number;
  /** How many of these were told already: the rest is "12 more". */
  told: number;
  /** Short hashes of what was counted, the latest 300: a replay counts nothing twice. */
  counted: readonly string[];
  /** What tells the first occurrence in full, where a record of its own does: a run or a deployment. */
  first?: About;
  latest?: About;
  facts?: readonly Fact[];
}

/**
 * A subject's trouble from its first failure until it is over: one record per subject, one message per channel and
 * episode. What a run's or deployment's own record tells, the alert does not tell again; it tells the repeats,
 * reminds, and says when it is over.
 */
export interface Alert {
  schemaVersion: 1;
  /** `job:db-backup`, `service:shop-api`, `batuta:channel team`. */
  id: string;
  subject: AlertSubject;
  state: 'open' | 'closed';
  /** Counts the openings: each has a message of its own. */
  episode: number;
  openedAt: Instant;
  closedAt?: Instant;
  /** What ended it, where a record did: channels that hear of that are not told twice. */
  closedBy?: About;
  causes: Readonly<Record<string, AlertCause>>;
  /** What is to be told now, e.g. `2:first`, `2:more-1`, `2:reminder-3`, `2:over`; absent while others tell it. */
  news?: string;
  /** When repeats or a reminder are told next. */
  nextTellAt?: Instant;
  /** How often this episode was told. */
  tellings: number;
}
