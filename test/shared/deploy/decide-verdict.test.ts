import { describe, expect, test } from 'vitest';
import { decideVerdict, type Verdict } from '../../../shared/deploy/decide-verdict.ts';
import type { Deployment } from '../../../shared/deploy/deployment.ts';
import { aDeployment, minutesIn, shopApi } from '../../support/deployments.ts';

const spec = { ...shopApi, hold: { freeze: [], approval: { expiresMs: 600_000 } } };
const waits = { kind: 'approval', why: 'needs approval', until: minutesIn(10) } as const;
const held = (parts: Partial<Deployment> = {}) => aDeployment({ state: 'held', spec, holds: [waits], ...parts });
const said = (parts: Partial<Verdict> = {}): Verdict => ({
  verdict: 'approved',
  override: false,
  by: 'ann',
  at: minutesIn(1),
  ...parts,
});
const earlier = (verdict: 'approved' | 'rejected', by: string) => ({ approval: { verdict, by, at: minutesIn(0) } });

describe('what a yes or no makes of a deployment', () => {
  test.each([
    [
      'an approval is recorded',
      held(),
      said({ why: 'ok' }),
      { approval: { verdict: 'approved', by: 'ann', why: 'ok' } },
    ],
    ['a promotion that asks for one can be approved', held({ spec: shopApi, needsApproval: true }), said(), {}],
    ['a rejection needs no approval hold', held({ spec: shopApi, holds: [] }), said({ verdict: 'rejected' }), {}],
    ['what was approved can be rejected', held(earlier('approved', 'bob')), said({ verdict: 'rejected' }), {}],
    [
      'an override lifts what needs no approval',
      held({ spec: shopApi }),
      said({ override: true }),
      { override: { by: 'ann' } },
    ],
    [
      'an override comes on top of an approval',
      held(earlier('approved', 'ann')),
      said({ override: true }),
      { override: { by: 'ann' } },
    ],
    [
      "an approval after another one's override keeps it",
      held({ override: { by: 'root', at: minutesIn(0) } }),
      said(),
      { override: { by: 'root' } },
    ],
  ])('%s', (_fact, deployment, verdict, expected) => {
    const decision = decideVerdict(deployment, verdict, minutesIn(1));
    expect(decision).toMatchObject({
      kind: 'record',
      deployment: { state: 'held', approval: { by: 'ann' }, ...expected },
    });
  });

  test('a rejection takes an override back', () => {
    const decision = decideVerdict(
      held({ override: { by: 'root', at: minutesIn(0) } }),
      said({ verdict: 'rejected' }),
      minutesIn(1),
    );
    expect(decision).toMatchObject({ kind: 'record' });
    expect(decision).not.toHaveProperty('deployment.override');
  });

  test.each([
    ['what rolls', aDeployment(), said(), /it is rolling/],
    [
      'what failed',
      aDeployment({ state: 'failed', outcome: { reason: 'no role', hint: '' } }),
      said(),
      /it is failed: no role/,
    ],
    [
      'what waits for a freeze only',
      held({ spec: shopApi, holds: [{ kind: 'freeze', why: 'frozen' }] }),
      said(),
      /needs no approval; it is held: frozen; an admin may lift that: batuta approve d-\w+ --override$/,
    ],
    ['what somebody rejected', held(earlier('rejected', 'bob')), said(), /was rejected by bob/],
    ['what somebody approved', held(earlier('approved', 'bob')), said(), /was approved by bob/],
    [
      'what nobody approved in time',
      held({ holds: [{ ...waits, until: minutesIn(1) }] }),
      said(),
      /nobody approved it until/,
    ],
  ])('%s cannot be approved, and it is said why', (_what, deployment, verdict, why) => {
    expect(decideVerdict(deployment, verdict, minutesIn(1))).toEqual({
      kind: 'refused',
      why: expect.stringMatching(why),
    });
  });

  test('the same person saying the same again is known', () => {
    expect(decideVerdict(held(earlier('approved', 'ann')), said(), minutesIn(1))).toEqual({ kind: 'known' });
  });
});
