import { expect, test } from 'vitest';
import { type Instant, plus, toInstant } from '../../../../shared/core/time.ts';
import type { Sent } from '../../../../shared/notify/channels/channel.ts';
import { settleDelivery, wantDelivery } from '../../../../shared/notify/deliver/decide-delivery.ts';
import type { Delivery } from '../../../../shared/notify/deliver/delivery.ts';

const now = toInstant('2026-11-20T10:00:00Z');
const later = plus(now, 60_000);
const pending: Delivery = {
  schemaVersion: 1,
  id: 'team:d-1',
  channel: 'team',
  about: { kind: 'deployment', id: 'd-1' },
  state: 'pending',
  createdAt: now,
  wantedVersion: 3,
  sentVersion: 0,
  attempts: 0,
};
const sent: Delivery = { ...pending, state: 'sent', sentVersion: 3, sentNews: 'rolling-back', sentAt: now };

test('the news told last is not wanted again, whatever the version', () => {
  expect(wantDelivery(sent, 9, 'rolling-back', now)).toBeUndefined();
});
test('older news than told is not wanted', () => {
  expect(wantDelivery(sent, 2, 'succeeded', now)).toBeUndefined();
});
test('newer news makes a sent delivery pending again', () => {
  expect(wantDelivery(sent, 5, 'rolled-back', later)).toMatchObject({
    state: 'pending',
    wantedVersion: 5,
    attempts: 0,
    pendingSince: later,
  });
});
test('newer news gives a failed delivery another chance', () => {
  const how = { attempts: 4, lastError: 'it answered HTTP 404', obsolete: 'forgotten' } as const;
  const wanted = wantDelivery({ ...pending, state: 'failed', ...how }, 5, 'rolled-back', later);
  expect(wanted).toMatchObject({ state: 'pending', attempts: 0 });
  for (const field of ['lastError', 'obsolete']) expect(wanted).not.toHaveProperty(field);
});

test('newer news does not cut short the pause that a channel asked for', () => {
  const pausing: Delivery = {
    ...pending,
    attempts: 2,
    nextAttemptAt: plus(now, 60_000),
    lastError: 'it answered HTTP 429',
  };
  expect(wantDelivery(pausing, 5, 'rolled-back', later)).toEqual({ ...pausing, wantedVersion: 5 });
});
test('a sent delivery remembers what it told', () => {
  expect(settleDelivery(pending, { kind: 'sent' }, { version: 4, news: 'rolled-back' }, now)).toMatchObject({
    state: 'sent',
    sentVersion: 4,
    sentNews: 'rolled-back',
    sentAt: now,
  });
});
test('news that came while the last was on its way is still to be told', () => {
  const wanted = { ...pending, wantedVersion: 7 };
  expect(settleDelivery(wanted, { kind: 'sent' }, { version: 5, news: 'rolling-back' }, now)).toMatchObject({
    state: 'pending',
    sentVersion: 5,
    sentNews: 'rolling-back',
  });
});
test('a refusal is final', () => {
  expect(
    settleDelivery(
      pending,
      { kind: 'refused', scope: 'channel', why: 'it answered HTTP 404' },
      { version: 3, news: 'x' },
      now,
    ),
  ).toMatchObject({
    state: 'failed',
    lastError: 'it answered HTTP 404',
  });
});
const unavailable = { kind: 'retry', why: 'it answered HTTP 503' } as const;
const settle = (delivery: Delivery, sent: Sent, at: Instant) =>
  settleDelivery(delivery, sent, { version: 3, news: 'x' }, at);
const pauseOf = ({ nextAttemptAt = 0 as Instant }: Delivery, since: Instant) => nextAttemptAt - since;

test('a passing fault is tried again after a few seconds, then later each time', () => {
  const pauses: number[] = [];
  let delivery = pending;
  for (let time = 0; time < 14; time++) {
    delivery = settle(delivery, unavailable, now);
    pauses.push(pauseOf(delivery, now));
  }
  for (const [index, pause] of pauses.entries()) {
    const full = Math.min(10_000 * 2 ** index, 3_600_000);
    expect(pause).toBeGreaterThan(full / 2 - 1);
    expect(pause).toBeLessThanOrEqual(full);
  }
});
test('deliveries that failed together come again apart, each at the same moment in every replay', () => {
  const other = { ...pending, id: 'team:d-2' };
  expect(settle(pending, unavailable, now)).toEqual(settle(pending, unavailable, now));
  expect(pauseOf(settle(pending, unavailable, now), now)).not.toBe(pauseOf(settle(other, unavailable, now), now));
});
test('a delivery that meets a limit keeps its place: the channel pauses as a whole', () => {
  const settled = settle(pending, { ...unavailable, afterMs: 90_000 }, now);
  expect(settled).toMatchObject({ state: 'pending', attempts: 1 });
  expect(settled).not.toHaveProperty('nextAttemptAt');
});
test('a delivery that meets nothing but limits lets others go first', () => {
  const settled = settle({ ...pending, attempts: 3 }, { ...unavailable, afterMs: 90_000 }, now);
  expect(pauseOf(settled, now)).toBeGreaterThanOrEqual(90_000);
});
test('no delivery is put off for more than an hour', () => {
  const settled = settle({ ...pending, attempts: 30 }, { ...unavailable, afterMs: Number.POSITIVE_INFINITY }, now);
  expect(pauseOf(settled, now)).toBe(3_600_000);
});

test.each([
  ['retries go on for more than a day', pending, now],
  ['also of news about a record that was told of long ago', { ...pending, pendingSince: later, attempts: 0 }, later],
])('%s', (_fact, given, since) => {
  let delivery: Delivery = given;
  let at = plus(since, 1);
  while (delivery.state === 'pending') {
    delivery = settle(delivery, unavailable, at);
    at = delivery.nextAttemptAt ?? at;
  }
  expect(delivery).toMatchObject({ state: 'failed', failedAt: at });
  expect(at - since).toBeGreaterThan(24 * 3_600_000);
  expect(delivery.lastError).toMatch(/^it answered HTTP 503; given up after \d+ attempts$/);
});
test('news that waited for a day behind others has some tries of its own', () => {
  const late = plus(now, 30 * 3_600_000);
  expect(settle(pending, unavailable, late).state).toBe('pending');
});
