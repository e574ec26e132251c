import type { Instant } from '../../core/time.ts';
import { type About, type Delivery, deliveryIdOf } from '../deliver/delivery.ts';
import { type NewsKind, newsKinds } from '../news-kind.ts';

const form = /^test-([a-z-]+)-[\da-f]{8}$/;

/** A sample of that kind, each time another one: `test-deployment-failed-405cdabe`. `nonce`: 32 hex digits. */
export const aboutTest = (kind: NewsKind, nonce: string): About => ({
  kind: 'sample',
  id: `test-${kind}-${nonce.slice(0, 8)}`,
});

/** Undefined where it is no sample of a known kind. */
export function kindOfTest({ kind, id }: About): NewsKind | undefined {
  const [, written] = kind === 'sample' ? (form.exec(id) ?? []) : [];
  return newsKinds.find((known) => known === written);
}

/** Has a channel told a sample: calls nobody by name. */
export const testDelivery = (channel: string, about: About, now: Instant): Delivery => ({
  schemaVersion: 1,
  id: deliveryIdOf(channel, about.id),
  channel,
  about,
  state: 'pending',
  createdAt: now,
  wantedVersion: 1,
  sentVersion: 0,
  attempts: 0,
});
