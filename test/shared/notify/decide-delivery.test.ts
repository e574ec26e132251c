import { expect, test } from 'vitest';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { settleDelivery, wantDelivery } from '../../../shared/notify/decide-delivery.ts';
import type { Delivery } from '../../../shared/notify/delivery.ts';

const now = toInstant('2026-11-20T10:00:00Z');
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
  expect(wantDelivery(sent, 9, 'rolling-back')).toBeUndefined();
});
test('older news than told is not wanted', () => {
  expect(wantDelivery(sent, 2, 'succeeded')).toBeUndefined();
});
test('newer news makes a sent delivery pending again', () => {
  expect(wantDelivery(sent, 5, 'rolled-back')).toMatchObject({ state: 'pending', wantedVersion: 5, attempts: 0 });
});
test('newer news gives a failed delivery another chance', () => {
  const failed: Delivery = { ...pending, state: 'failed', attempts: 4, lastError: 'it answered HTTP 404' };
  const wanted = wantDelivery(failed, 5, 'rolled-back');
  expect(wanted).toMatchObject({ state: 'pending', attempts: 0 });
  expect(wanted).not.toHaveProperty('lastError');
});

test('newer news does not cut short the pause that a channel asked for', () => {
  const pausing: Delivery = {
    ...pending,
    attempts: 2,
    nextAttemptAt: plus(now, 60_000),
    lastError: 'it answered HTTP 429',
  };
  expect(wantDelivery(pausing, 5, 'rolled-back')).toEqual({ ...pausing, wantedVersion: 5 });
});
test('no channel can put its news off for more than an hour', () => {
  const sent = { kind: 'retry', why: 'it answered HTTP 429', afterMs: Number.POSITIVE_INFINITY } as const;
  const settled = settleDelivery(pending, sent, { version: 3, news: 'rolled-back' }, now);
  expect(settled.nextAttemptAt).toBe(plus(now, 3_600_000));
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
test('a passing fault is tried again later, and later each time', () => {
  const once = settleDelivery(pending, { kind: 'retry', why: 'it answered HTTP 503' }, { version: 3, news: 'x' }, now);
  const twice = settleDelivery(once, { kind: 'retry', why: 'it answered HTTP 503' }, { version: 3, news: 'x' }, now);
  expect(once).toMatchObject({ state: 'pending', nextAttemptAt: plus(now, 5_000) });
  expect(twice.nextAttemptAt).toBe(plus(now, 10_000));
});
test("a channel's Retry-After is honoured", () => {
  const waiting = settleDelivery(pending, { kind: 'retry', why: 'x', afterMs: 90_000 }, { version: 3, news: 'x' }, now);
  expect(waiting.nextAttemptAt).toBe(plus(now, 90_000));
});
test('retries go on for more than a day', () => {
  let delivery = pending;
  let at = now;
  while (delivery.state === 'pending') {
    delivery = settleDelivery(delivery, { kind: 'retry', why: 'x' }, { version: 3, news: 'x' }, at);
    at = delivery.nextAttemptAt ?? at;
  }
  expect(delivery.state).toBe('failed');
  expect(at - now).toBeGreaterThan(24 * 3_600_000);
});
