import type { Instant } from '../core/time.ts';

export type DeliveryState = 'pending' | 'sent' | 'failed';

/** One piece of news for one channel: says which record to render, never what it said at the time. */
export interface Delivery {
  schemaVersion: 1;
  /** Follows from channel and subject record, so that one subject has one delivery per channel. */
  id: string;
  channel: string;
  about: { kind: 'run' | 'deployment'; id: string };
  state: DeliveryState;
  createdAt: Instant;
  /** The version of the record that the channel should hear of at least. */
  wantedVersion: number;
  /** The newest version told: older news is refused. */
  sentVersion: number;
  attempts: number;
  nextAttemptAt?: Instant;
  sentAt?: Instant;
  /** Why the last attempt failed; never a credential. */
  lastError?: string;
}
