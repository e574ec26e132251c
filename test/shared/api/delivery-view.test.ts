import { expect, test } from 'vitest';
import { deliveryView } from '../../../shared/api/delivery-view.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import type { Delivery } from '../../../shared/notify/deliver/delivery.ts';

const now = toInstant('2026-11-20T10:00:00Z');
const later = (minutes: number) => plus(now, minutes * 60_000);
const pending: Delivery = {
  schemaVersion: 1,
  id: 'team:r-1',
  channel: 'team',
  about: { kind: 'run', id: 'r-1' },
  orderedBy: 'job:report',
  state: 'pending',
  createdAt: now,
  wantedVersion: 1,
  sentVersion: 0,
  attempts: 0,
};
const limited: Delivery = { ...pending, attempts: 1, lastError: 'it answered HTTP 429' };

test.each<[string, Delivery, { pausedUntil?: typeof now }, object]>([
  ['what is due waits, and has no time', pending, {}, { waitingSince: '2026-11-20T10:00:00.000Z' }],
  [
    'what is muted says until when, and waits for nothing else',
    { ...pending, pendingSince: later(60), nextAttemptAt: later(60) },
    { pausedUntil: later(90) },
    { mutedUntil: '2026-11-20T11:00:00.000Z' },
  ],
  [
    "what met a limit is tried after its channel's pause",
    limited,
    { pausedUntil: later(5) },
    { nextAttemptAt: '2026-11-20T10:05:00.000Z', lastError: 'it answered HTTP 429' },
  ],
  [
    'what is put off for longer than the channel rests is tried then',
    { ...limited, nextAttemptAt: later(20) },
    { pausedUntil: later(5) },
    { nextAttemptAt: '2026-11-20T10:20:00.000Z' },
  ],
  ['a pause that is over is none', limited, { pausedUntil: later(-1) }, { waitingSince: '2026-11-20T10:00:00.000Z' }],
])('%s', (_fact, delivery, around, expected) => {
  const view = deliveryView(delivery, { now, ...around });
  expect(view).toMatchObject({ subject: 'job:report', ...expected });
  const isTimed = Object.hasOwn(expected, 'nextAttemptAt') || Object.hasOwn(expected, 'lastError');
  if (!isTimed) expect(view).not.toHaveProperty('nextAttemptAt');
});
