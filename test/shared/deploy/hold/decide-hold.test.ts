import { describe, expect, test } from 'vitest';
import type { HoldConfig } from '../../../../shared/config/config.ts';
import { parseFreezeWindow } from '../../../../shared/config/freeze-window.ts';
import { deploymentIdOf } from '../../../../shared/core/ids.ts';
import { toInstant } from '../../../../shared/core/time.ts';
import type { Deployment } from '../../../../shared/deploy/deployment.ts';
import { decideHold, type HoldFacts } from '../../../../shared/deploy/hold/decide-hold.ts';
import type { LookedAtScan } from '../../../../shared/deploy/hold/look-at-scan.ts';
import { aDeployment, minutesIn, shopApi } from '../../../support/deployments.ts';

const hour = 60;
const day = 24 * hour;
const approval = { expiresMs: 2 * day * 60_000 };
const scan = { severity: 'HIGH', tellAfterMs: 30 * 60_000, expiresMs: day * 60_000 } as const;
const window = (text: string) => {
  const parsed = parseFreezeWindow(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};

/** Held since minute 0 (Friday 2026-11-20, 09:00 UTC). */
const held = (hold: Partial<HoldConfig> = {}, parts: Partial<Deployment> = {}): Deployment =>
  aDeployment({ state: 'held', spec: { ...shopApi, hold: { freeze: [], ...hold } }, ...parts });

const decide = (deployment: Deployment, atMinute = 0, facts: Partial<HoldFacts> = {}) =>
  decideHold({ deployment, pause: undefined, now: minutesIn(atMinute), ...facts });

const said = (verdict: 'approved' | 'rejected', why?: string) => ({
  approval: { verdict, by: 'ana', at: minutesIn(7), ...(why ? { why } : {}) },
});
const paused = { by: 'ana', at: minutesIn(-5), why: 'incident 7' };
const looked = (found: LookedAtScan['scan']): Partial<HoldFacts> => ({ scan: { of: 'sha256:1.1.0', scan: found } });
const clean = looked({ kind: 'scanned', counts: { LOW: 3 }, findings: [] });

describe('what holds nothing', () => {
  test.each<[string, Deployment, Partial<HoldFacts>]>([
    ['nothing is configured', held(), {}],
    ['it was approved', held({ approval }, said('approved')), {}],
    ['the scan found nothing of that severity', held({ scan }), clean],
    ['the freeze is over', held({ freeze: [window('Thu 18:00 - Fri 09:00')] }), {}],
    [
      'an admin lifted every hold',
      held({ approval, scan }, { override: { by: 'root', at: minutesIn(0) } }),
      { pause: paused },
    ],
    ['a person goes back', held({ approval, scan }, { goBack: { taskDefinitionArn: 'arn/1' } }), { pause: paused }],
    ['the promotion is due', held({}, { notBefore: minutesIn(0) }), {}],
  ])('%s', (_fact, deployment, facts) => {
    expect(decide(deployment, 0, facts)).toEqual({ kind: 'clear' });
  });
});

describe('each hold says why, and until when', () => {
  const frozen = held({ freeze: [window('Fri 08:00 - Mon 08:00 Europe/Lisbon')] });
  const promoted = held(
    {},
    {
      notBefore: minutesIn(30),
      trigger: { kind: 'promotion', service: 'shop-api-test', deployment: deploymentIdOf('a') },
    },
  );
  test.each<[string, Deployment, Partial<HoldFacts>, object]>([
    ['approval', held({ approval }), {}, { why: 'needs approval', until: minutesIn(2 * day) }],
    ["a promotion's approval", held({}, { needsApproval: true }), {}, { kind: 'approval', until: minutesIn(7 * day) }],
    [
      'a freeze',
      frozen,
      {},
      { why: 'frozen Fri 08:00 - Mon 08:00 Europe/Lisbon', until: toInstant('2026-11-23T08:00:00Z') },
    ],
    ['a pause', held(), { pause: paused }, { why: 'shop-api was paused by ana at 2026-11-20T08:55:00Z: incident 7' }],
    [
      'a pause that ends',
      held(),
      { pause: { ...paused, until: minutesIn(9) } },
      { kind: 'pause', until: minutesIn(9) },
    ],
    ['a promotion', promoted, {}, { why: 'follows shop-api-test', until: minutesIn(30) }],
    ['a scan that nobody looked up', held({ scan }), {}, { why: "the image's scan is not done" }],
    [
      'a scan that has not begun',
      held({ scan }),
      looked({ kind: 'none' }),
      { why: expect.stringMatching(/not begun$/), until: minutesIn(day) },
    ],
    [
      'a scan under way',
      held({ scan }),
      looked({ kind: 'running', status: 'PENDING' }),
      { why: expect.stringMatching(/under way$/) },
    ],
    [
      'a scan that failed',
      held({ scan }),
      looked({ kind: 'unscannable', status: 'FAILED', why: 'no package manager' }),
      { why: "the image's scan ended FAILED: no package manager", failed: true, until: minutesIn(day) },
    ],
    [
      'a scan that may not be looked at',
      held({ scan }),
      looked({ kind: 'unknown', why: 'it cannot be looked up: AccessDenied' }),
      { why: expect.stringMatching(/AccessDenied$/), failed: true },
    ],
  ])('%s', (_fact, deployment, facts, expected) => {
    const decision = decide(deployment, 0, facts);
    expect(decision).toEqual({ kind: 'hold', holds: [expect.objectContaining(expected)], lookAt: expect.any(Number) });
  });

  test('several at once are all listed', () => {
    const deployment = held({ approval, scan, freeze: [window('Fri - Sun')] }, { notBefore: minutesIn(1) });
    const decision = decide(deployment, 0, { pause: paused, ...looked({ kind: 'none' }) });
    const kinds = decision.kind === 'hold' && decision.holds.map(({ kind }) => kind);
    expect(kinds).toEqual(['pause', 'promotion', 'freeze', 'scan', 'approval']);
  });

  test('each is left out once it is over', () => {
    const deployment = held({ approval, scan, freeze: [window('Fri - Sun')] }, said('approved'));
    expect(decide(deployment, 0, clean)).toMatchObject({ kind: 'hold', holds: [{ kind: 'freeze' }] });
  });
});

test('what is put back after drift needs no approval and no scan, and waits for freezes and pauses', () => {
  const deployment = held(
    { approval, scan, freeze: [window('Fri - Sun')] },
    { trigger: { kind: 'drift', found: 'arn/9' } },
  );
  expect(decide(deployment, 0, { pause: paused })).toMatchObject({
    kind: 'hold',
    holds: [{ kind: 'pause' }, { kind: 'freeze' }],
  });
});

describe('when it is looked at again', () => {
  test.each<[string, Deployment, number]>([
    ['within five minutes, as events may be lost', held({ approval }), 5],
    ['as the first of the holds ends', held({ approval }, { notBefore: minutesIn(3) }), 3],
    ['as a missing scan is to be told', held({ scan: { ...scan, tellAfterMs: 120_000 } }), 2],
  ])('%s', (_fact, deployment, minutes) => {
    expect(decide(deployment, 0, looked({ kind: 'none' }))).toMatchObject({ lookAt: minutesIn(minutes) });
  });
});

describe('a person says no, or nothing', () => {
  test('who rejected it, when and why is the reason', () => {
    const reason = 'rejected by ana at 2026-11-20T09:07:00Z: not today';
    expect(decide(held({ approval }, said('rejected', 'not today')))).toEqual({ kind: 'skip', reason, hint: '' });
  });
  test('what was rejected ends at once, whatever else holds it', () => {
    const deployment = held({ approval, scan, freeze: [window('Fri - Sun')] }, said('rejected'));
    expect(decide(deployment, 0, { pause: paused })).toMatchObject({ kind: 'skip' });
  });
  test('an approval expires to the millisecond, and the way on is told', () => {
    expect(decide(held({ approval }), 2 * day - 1)).toMatchObject({ kind: 'hold' });
    expect(decide(held({ approval }), 2 * day)).toEqual({
      kind: 'skip',
      reason: 'nobody approved it until 2026-11-22T09:00:00Z',
      hint: 'deploy it by hand: batuta deploy shop-api',
    });
  });
  test('what was approved does not expire, however long the freeze lasts', () => {
    const deployment = held({ approval, freeze: [window('Fri - Mon')] }, said('approved'));
    expect(decide(deployment, 3 * day)).toMatchObject({ kind: 'hold', holds: [{ kind: 'freeze' }] });
  });
  test("a promotion's approval counts from when it may begin", () => {
    const promoted = held({ approval }, { notBefore: minutesIn(day) });
    expect(decide(promoted, 3 * day - 1)).toMatchObject({ kind: 'hold' });
    expect(decide(promoted, 3 * day)).toMatchObject({ kind: 'skip' });
  });
});

describe('a scan', () => {
  const found = (counts: Record<string, number>, names: [string, string][] = []) =>
    looked({ kind: 'scanned', counts, findings: names.map(([name, severity]) => ({ name, severity })) });

  test('refuses the image at or above the severity, with counts and the worst names first', () => {
    const names: [string, string][] = [
      ['CVE-3', 'LOW'],
      ['CVE-2', 'HIGH'],
      ['CVE-1', 'CRITICAL'],
    ];
    expect(decide(held({ scan }), 0, found({ LOW: 1, HIGH: 2, CRITICAL: 1 }, names))).toEqual({
      kind: 'fail',
      reason:
        "the image's scan found 1 CRITICAL, 2 HIGH (CVE-1, CVE-2, 1 more), and hold.scan of shop-api refuses HIGH and above",
      hint: 'push an image without them',
    });
  });
  test('refuses the image even while somebody is still asked', () => {
    expect(decide(held({ scan, approval }), 0, found({ HIGH: 1 }))).toMatchObject({ kind: 'fail' });
  });
  test.each<[string, Record<string, number>, 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW', string]>([
    ['HIGH is below CRITICAL', { HIGH: 9 }, 'CRITICAL', 'clear'],
    ['HIGH is at HIGH', { HIGH: 1 }, 'HIGH', 'fail'],
    ['MEDIUM is above LOW', { MEDIUM: 1 }, 'LOW', 'fail'],
    ['what nobody rated is below LOW', { UNDEFINED: 5, UNTRIAGED: 5, INFORMATIONAL: 5 }, 'LOW', 'clear'],
    ['a count of none is none', { CRITICAL: 0 }, 'LOW', 'clear'],
  ])('%s', (_fact, counts, severity, kind) => {
    expect(decide(held({ scan: { ...scan, severity } }), 0, found(counts)).kind).toBe(kind);
  });

  test('that does not come is overdue after its time, and gives up after the other', () => {
    const nothing = looked({ kind: 'none' });
    expect(decide(held({ scan }), 29, nothing)).not.toMatchObject({ holds: [{ overdue: true }] });
    expect(decide(held({ scan }), 30, nothing)).toMatchObject({ kind: 'hold', holds: [{ overdue: true }] });
    expect(decide(held({ scan }), day, nothing)).toEqual({
      kind: 'fail',
      reason: "the image's scan has not begun, and nobody lifted the hold until 2026-11-21T09:00:00Z",
      hint: 'turn on scanning of shop/api in ECR, and push again',
    });
  });
  test('that failed gives up with its own reason', () => {
    const decision = decide(held({ scan }), day, looked({ kind: 'unscannable', status: 'UNSUPPORTED_IMAGE' }));
    expect(decision).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/^the image's scan ended UNSUPPORTED_IMAGE, and/),
    });
  });
  test('of an image that was deleted fails at once', () => {
    const reason = 'shop/api:1.1.0 (sha256:1.1.0) is no longer in ECR';
    expect(decide(held({ scan }), 0, looked({ kind: 'gone' }))).toMatchObject({ kind: 'fail', reason });
  });
});
