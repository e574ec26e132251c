import type { Severity } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { About } from '../deliver/delivery.ts';
import type { NewsKind } from '../news-kind.ts';
import type { Audience } from '../routes/audience.ts';
import type { Evidence } from './evidence.ts';

/** What is in trouble: a job, a service, its deployments (whose end is not the service's), or Batuta itself. */
export interface AlertSubject {
  kind: 'job' | 'service' | 'deployment' | 'batuta';
  /** The key in batuta.yml; of Batuta itself what has the trouble: `channel team`, `dead letters`, `schedules`. */
  name: string;
}

/** Channels, and after how many milliseconds each is told of the same trouble again: its routes' shortest `repeat`. */
export type Repeats = Readonly<Record<string, number>>;

/** One occurrence of a trouble: a run that failed, a task that crashed, a look that found too few tasks. */
export interface Trouble extends Evidence {
  /** What is the same trouble has the same key: `failed:exit:1`, `crash-loop`; no ids and no numbers that vary. */
  key: string;
  kind: NewsKind;
  /** In words. */
  cause: string;
  hint?: string;
  /** Of a deployment that failed: the image's tag, for routes. */
  tag?: string;
  /** What is counted, e.g. a task's ARN: the same id counts once. */
  id: string;
  /** What is counted with it if it is not yet, where it takes several to be a trouble: the tasks of a crash loop. */
  also?: readonly string[];
  /** When it happened; what is older than the last end of the trouble reopens nothing. */
  at: Instant;
  /** When the run was asked for, where only a success of that run, or of a later one, ends it: others were under way already. */
  asked?: Instant;
  /** The record that tells the first occurrence in full; without it the alert tells it. */
  about?: About;
  /** Each occurrence is told by its own record (deployments): the alert only tells that it is over. */
  elsewhere?: true;
  /** It goes on until it is over, so that it is reminded of also without new occurrences; else only with them. */
  lasting?: boolean;
  /** Absent: error. */
  severity?: Severity;
  /** After how long an occurrence is told by its own record again. */
  repeats?: Repeats;
  /** Whom its own record is told. */
  heardBy?: Audience;
}

/** One cause of a subject's trouble, its repeats folded. */
export interface AlertCause extends Evidence {
  kind: NewsKind;
  severity: Severity;
  /** In words, as the latest occurrence gave it. */
  cause: string;
  hint?: string;
  tag?: string;
  /** When the occurrence happened that facts, last lines and links tell of. */
  evidenceAt?: Instant;
  firstAt: Instant;
  lastAt: Instant;
  count: number;
  /** When the latest run was asked for, where only its success, or that of a later one, ends it. */
  askedAt?: Instant;
  /** How many of these were told: the rest is "12 more". */
  told: number;
  /** Short hashes of what was counted, the latest 300: a replay counts nothing twice. */
  counted: readonly string[];
  /** The latest of what is no longer in `counted`: what is older counts as counted. */
  countedUpTo?: Instant;
  /** What tells an occurrence in full, where a record of its own does: the first, or the latest after a long silence. */
  first?: About;
  /** Whom `first` is told, where others heard of the trouble too short ago; absent: all. */
  firstTo?: readonly string[];
  latest?: About;
  lasting?: true;
  elsewhere?: true;
  /** Since when it is over while another cause goes on. */
  overAt?: Instant;
}

/**
 * A subject's trouble from its first failure until it is over: one record per subject, one message per channel and
 * episode. What a run's or deployment's own record tells, the alert does not tell again; it tells the repeats,
 * reminds, and says when it is over.
 */
export interface Alert {
  schemaVersion: 1;
  /** `job:db-backup`, `service:shop-api`, `deployment:shop-api`, `batuta:channel team`. */
  id: string;
  subject: AlertSubject;
  state: 'open' | 'closed';
  /** Counts the openings: each has a message of its own. */
  episode: number;
  openedAt: Instant;
  /** The occurrence that opened it last: later than `openedAt` where it was closed before anybody was told. */
  reopenedAt?: Instant;
  /** When it was over last; kept while it is open again. */
  closedAt?: Instant;
  /**
   * How often it came and went, since when, and how many occurrences episodes before this one had; absent where it did
   * not come again within half an hour of its end.
   */
  spells?: { count: number; since: Instant; earlier: number };
  /**
   * When its end is told, if it stays closed, or that of its errors, if only warnings came since; absent where it was
   * told, or is told to nobody.
   */
  endAt?: Instant;
  /** What ended it, where a record did: channels that hear of that are not told twice. */
  closedBy?: About;
  /** Whom that record tells it; absent: to be seen by the routes. */
  endToldTo?: readonly string[];
  /** When those in `heardBy` hear of the end, be it after a mute window: the others wait for the end of a silence. */
  endHeardAt?: Readonly<Record<string, Instant>>;
  /** At most 8; further ones are counted as one, `other`. */
  causes: Readonly<Record<string, AlertCause>>;
  /** What is to be told now, e.g. `2:first-1`, `2:more-3`, `2:over`; absent while others tell it. */
  news?: string;
  /** Which of the causes `first` tells; of former releases' alerts it is not known. */
  tells?: string;
  /** What the last folding told: so many more since then, or `inAll` of the episode; `to`: only to these. */
  fold?: { more: number; since: Instant; at: Instant; inAll?: true; to?: readonly string[] };
  /** When repeats or a reminder are told next. */
  nextTellAt?: Instant;
  /** Foldings and reminders told of this episode. */
  tellings: number;
  /** When trouble of this subject was told last, the last two times, whatever the episode. */
  toldAt: readonly Instant[];
  /** Channels that were told of this episode's trouble: they hear that it is over. */
  heardBy: readonly string[];
  /** When its errors were over while only warnings went on, and who was told that as its end: nobody else's routes have warnings. */
  easedAt?: Instant;
  easedTo?: readonly string[];
  /** When each channel was told last; of former releases' alerts it is not known. */
  heardAt?: Readonly<Record<string, Instant>>;
  /** The latest deployments that a silence held back, of any episode: the alert tells of them, not they themselves. */
  heldBack?: readonly string[];
  /** A silence held back its news until then. */
  silencedUntil?: Instant;
}
