import { describe, expect, test } from 'vitest';
import type { LambdaSchedule } from '../../../shared/aws/scheduler.ts';
import { plus, toInstant } from '../../../shared/core/time.ts';
import { decideSync } from '../../../shared/schedule/decide-sync.ts';
import { lambdaSchedule as schedule } from '../../support/lambda-schedule.ts';

const now = toInstant('2026-11-20T09:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const ago = plus(now, -10 * hour);

describe('what is there', () => {
  test('as it is wanted is kept, what is missing made', () => {
    expect(decideSync(schedule(), schedule(), now)).toEqual({ kind: 'keep' });
    expect(decideSync(schedule(), undefined, now)).toEqual({ kind: 'create', schedule: schedule() });
  });
  test.each<[string, Partial<LambdaSchedule>]>([
    ['another expression', { expression: 'cron(0 4 * * ? *)' }],
    ['another zone', { timezone: 'Europe/Lisbon' }],
    ['other parameters', { input: '{"job":"backup","params":{}}' }],
    ['a window', { windowMinutes: 15 }],
    ['an end to come', { end: plus(now, 100 * hour) }],
    ['a start to come', { start: plus(now, hour) }],
    ['another function', { functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:other' }],
    ['another role', { roleArn: 'arn:aws:iam::123456789012:role/other' }],
    ['another dead-letter queue', { deadLetterArn: '' }],
    ['a state that somebody set by hand', { state: 'DISABLED' }],
    ['fewer retries', { retries: 0 }],
    ['a shorter life of events', { maxAgeSeconds: 60 }],
    ['an end of its own', { afterCompletion: 'DELETE' }],
  ])('with %s is updated, whichever of the two has it', (_what, other) => {
    expect(decideSync(schedule(), schedule(other), now)).toEqual({ kind: 'update', schedule: schedule() });
    expect(decideSync(schedule(other), schedule(), now)).toMatchObject({ kind: 'update' });
  });
});

describe('a start that is past', () => {
  test('is sent within AWS’s five minutes, and left out of a cron after them', () => {
    const justNow = schedule({ start: plus(now, -3 * minute) });
    expect(decideSync(justNow, undefined, now)).toEqual({ kind: 'create', schedule: justNow });
    const longAgo = schedule({ start: ago });
    expect(decideSync(longAgo, undefined, now)).toEqual({ kind: 'create', schedule: schedule() });
  });
  test('is no difference of a cron, whether Scheduler still has it or never had', () => {
    const wanted = schedule({ start: ago });
    expect(decideSync(wanted, wanted, now)).toEqual({ kind: 'keep' });
    expect(decideSync(wanted, schedule(), now)).toEqual({ kind: 'keep' });
    expect(decideSync(wanted, schedule({ start: plus(now, hour) }), now).kind).toBe('update');
  });
  test('of a rate becomes the next of its times, so that it keeps its rhythm', () => {
    const wanted = schedule({ expression: 'rate(3 hours)', start: ago });
    const next = schedule({ expression: 'rate(3 hours)', start: plus(now, 2 * hour) });
    expect(decideSync(wanted, undefined, now)).toEqual({ kind: 'create', schedule: next });
    expect(decideSync(wanted, next, now)).toEqual({ kind: 'keep' });
    expect(decideSync(wanted, next, plus(now, 40 * hour))).toEqual({ kind: 'keep' });
  });
  test('of a rate is a difference where Scheduler counts from another moment', () => {
    const wanted = schedule({ expression: 'rate(3 hours)', start: ago });
    for (const found of [{}, { start: plus(ago, hour) }, { start: plus(ago, 300 * hour) }])
      expect(decideSync(wanted, schedule({ expression: 'rate(3 hours)', ...found }), now).kind).toBe('update');
  });
});

describe('what never fires again', () => {
  test.each<[string, Partial<LambdaSchedule>]>([
    ['a one-time schedule whose time is past', { expression: 'at(2026-11-20T08:59:59)' }],
    ['a one-time schedule in a gap of the clock', { expression: 'at(2027-03-28T01:30:00)', timezone: 'Europe/Lisbon' }],
    ['an end that is past', { end: ago }],
    ['an end before the next firing', { end: plus(now, 2 * hour) }],
    ['an end before the first firing', { start: plus(now, 20 * hour), end: plus(now, 30 * hour) }],
    ['a rate whose end is past', { expression: 'rate(1 hour)', end: ago }],
    ['a year that is past', { expression: 'cron(0 3 * * ? 2025)' }],
  ])('%s: is not made, stays as it is, goes where another of its name would fire', (_what, over) => {
    expect(decideSync(schedule(over), undefined, now)).toEqual({ kind: 'over' });
    expect(decideSync(schedule(over), schedule(over), now)).toEqual({ kind: 'keep' });
    expect(decideSync(schedule(over), schedule({ expression: 'cron(0 5 * * ? *)' }), now)).toEqual({ kind: 'remove' });
  });
  test('a rate that has not ended fires, and so does what starts later', () => {
    expect(decideSync(schedule({ expression: 'rate(9 days)', end: plus(now, 1) }), undefined, now).kind).toBe('create');
    expect(decideSync(schedule({ start: plus(now, 9000 * hour) }), undefined, now).kind).toBe('create');
  });
  test('AWS judges what we cannot read', () => {
    expect(decideSync(schedule({ expression: 'cron(0 3 * * *)' }), undefined, now).kind).toBe('create');
  });
});
