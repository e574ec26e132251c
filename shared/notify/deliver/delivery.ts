import type { Severity } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';

type DeliveryState = 'pending' | 'sent' | 'failed';

/** Why nothing is left to tell: a newer trouble has taken its place, or its record is no longer kept. */
export type Obsolete = 'superseded' | 'forgotten';

/** What a delivery is about: a record, read again whenever something is rendered (rule 2); or a sample, to try a channel. */
export interface About {
  kind: 'run' | 'deployment' | 'alert' | 'digest' | 'sample';
  id: string;
}

/** The news of one record for one channel: one delivery record, whatever becomes of the record it tells about. */
export interface Delivery {
  schemaVersion: 1;
  /** Follows from channel and record, so that one record has one delivery per channel. */
  id: string;
  channel: string;
  about: About;
  state: DeliveryState;
  createdAt: Instant;
  /** Since when there is news to tell; absent: since `createdAt`. */
  pendingSince?: Instant;
  /** The version of the record that the channel should hear of at least. */
  wantedVersion: number;
  /** The job or service whose news comes in order; absent where it stands alone. */
  orderedBy?: string;
  /** What waits only corrects what stands there: nobody asked for it. */
  correction?: true;
  /** The newest version told: older news is refused. */
  sentVersion: number;
  /** The state told last: the same news is never told again. */
  sentNews?: string;
  /** What the channel answered when it took the first message: where to update it (Slack's `channel` and `ts`). */
  handle?: Readonly<Record<string, string>>;
  /** News of severity error was told: whoever is to come was called. */
  toldError?: true;
  /** Whom the routes mention, in the channel's own terms; only with news of severity error. */
  mentions?: readonly string[];
  /** Its news only corrects what stands there: that calls nobody. */
  quiet?: true;
  /** Since the last success. */
  attempts: number;
  nextAttemptAt?: Instant;
  sentAt?: Instant;
  /** When it was given up. */
  failedAt?: Instant;
  /** Why the last attempt failed; never a credential or a URL. */
  lastError?: string;
  /** Given up for good: no replay could send it. */
  obsolete?: Obsolete;
}

/**
 * Whom news of `severity` calls. A run or deployment calls once, not again as its trouble goes on to its end; an alert
 * with each telling, as it tells again only what has gone on for long.
 */
export function calledFor({ about, toldError, mentions = [] }: Delivery, severity: Severity): readonly string[] {
  const wasCalled = toldError && (about.kind === 'run' || about.kind === 'deployment');
  return severity === 'error' && !wasCalled ? mentions : [];
}

/** A record has one for each channel. */
export const deliveryIdOf = (channel: string, aboutId: string): string => `${channel}:${aboutId}`;

/** What failed to be sent has its attempts: this waits because its routes are muted. */
export const isMuted = ({ state, attempts, nextAttemptAt = 0 as Instant }: Delivery, now: Instant): boolean =>
  state === 'pending' && attempts === 0 && nextAttemptAt > now;
