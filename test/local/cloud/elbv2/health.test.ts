import { expect, test } from 'vitest';
import { decideHealth, type Health, NEW } from '../../../../local/cloud/elbv2/health.ts';
import type { ProbeResult } from '../../../../local/cloud/service.ts';

const thresholds = { healthy: 3, unhealthy: 2, matcher: '200-299,404' };
const answered = (status: number): ProbeResult => ({ kind: 'answered', status });
/** The states after each result in turn. */
const states = (results: ProbeResult[], from: Health = NEW) => {
  let health = from;
  return results.map((result) => {
    health = decideHealth(health, result, thresholds);
    return health.state;
  });
};

test('a new target is healthy with its first success', () => {
  expect(states([{ kind: 'refused' }, answered(200)])).toEqual(['initial', 'healthy']);
});

test('a target is unhealthy after as many failures in a row as the threshold says, and as hard to make healthy again', () => {
  const results = [200, 500, 204, 500, 503, 200, 200, 500, 200, 200, 200].map(answered);
  expect(states(results)).toEqual([
    ...['healthy', 'healthy', 'healthy', 'healthy', 'unhealthy'],
    ...['unhealthy', 'unhealthy', 'unhealthy', 'unhealthy', 'unhealthy', 'healthy'],
  ]);
});

test('a target that never answers becomes unhealthy, too', () => {
  expect(states([{ kind: 'timeout' }, { kind: 'timeout' }])).toEqual(['initial', 'unhealthy']);
});

test.each<[ProbeResult, Partial<Health>]>([
  [answered(404), { state: 'healthy' }],
  [{ kind: 'connected' }, { state: 'healthy' }],
  [
    answered(302),
    { reason: 'Target.ResponseCodeMismatch', description: 'Health checks failed with these codes: [302]' },
  ],
  [{ kind: 'timeout' }, { reason: 'Target.Timeout', description: 'Request timed out' }],
  [{ kind: 'refused' }, { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' }],
])('%o is told as AWS tells it', (result, expected) => {
  const once = decideHealth(NEW, result, thresholds);
  expect(decideHealth(once, result, thresholds)).toMatchObject(expected);
});
