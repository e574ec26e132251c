import { expect, test } from 'vitest';
import { plus } from '../../../shared/core/time.ts';
import { decideLook, type LookFacts } from '../../../shared/watch/decide-look.ts';
import { newWatch, type ServiceWatch } from '../../../shared/watch/service-watch.ts';
import { aRollout, aService, minutesIn } from '../../support/deployments.ts';

const minute = 60_000;
const now = minutesIn(20);
const runs = (count: number, parts = {}) => aService([aRollout(1, { runningCount: count })], parts);
const decide = (service: LookFacts['service'], watch: Partial<ServiceWatch> = {}, isRolling = false) =>
  decideLook({ ...newWatch('shop-api'), ...watch }, { service, isRolling, alertAfterMs: 5 * minute, now });

test.each<[string, ReturnType<typeof decideLook>, object]>([
  ['as many as desired run', decide(runs(2)), { kind: 'well' }],
  ['more than desired run', decide(runs(3)), { kind: 'well' }],
  ['nobody wants any', decide(runs(0, { desiredCount: 0 })), { kind: 'well' }],
  ['the service is gone', decide(undefined), { kind: 'gone' }],
  ['the service is being deleted', decide(runs(0, { status: 'DRAINING' })), { kind: 'gone' }],
  ['too few since now', decide(runs(1)), { kind: 'wait', until: plus(now, 5 * minute), shortSince: now }],
  [
    'too few for less than alertAfter',
    decide(runs(1), { shortSince: minutesIn(16) }),
    { kind: 'wait', until: minutesIn(21), shortSince: minutesIn(16) },
  ],
  ['too few for alertAfter', decide(runs(1), { shortSince: minutesIn(15) }), { kind: 'short', since: minutesIn(15) }],
  [
    'too few in a deployment of ours: not short yet',
    decide(runs(1), { shortSince: minutesIn(5) }, true),
    { kind: 'wait', until: plus(now, 5 * minute) },
  ],
  [
    'too few, and it is known why',
    decide(runs(1), { shortSince: minutesIn(5), open: { unplaced: { foundAt: now, since: now } } }),
    { kind: 'wait', until: plus(now, 5 * minute), shortSince: minutesIn(5) },
  ],
])('%s', (_fact, decision, expected) => expect(decision).toEqual(expected));
