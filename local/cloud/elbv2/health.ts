import type { TargetHealthReasonEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ProbeResult } from '../service.ts';
import { matches } from './matcher.ts';

/** A target as its checks see it. `passed` and `failed` count checks in a row. */
export interface Health {
  state: 'initial' | 'healthy' | 'unhealthy';
  reason?: TargetHealthReasonEnum;
  description?: string;
  passed: number;
  failed: number;
}

export const NEW: Health = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
  passed: 0,
  failed: 0,
};

export interface Thresholds {
  healthy: number;
  unhealthy: number;
  /** Of HTTP checks: `200`, `200,202` or `200-299`. */
  matcher: string;
}

type Failure = Required<Pick<Health, 'reason' | 'description'>>;

/** Reasons and descriptions: "Target health reason codes" of the user guide for Application Load Balancers. */
function failureOf(result: ProbeResult, matcher: string): Failure | undefined {
  switch (result.kind) {
    case 'connected':
      return undefined;
    case 'answered':
      return matches(matcher, result.status)
        ? undefined
        : {
            reason: 'Target.ResponseCodeMismatch',
            description: `Health checks failed with these codes: [${result.status}]`,
          };
    case 'timeout':
      return { reason: 'Target.Timeout', description: 'Request timed out' };
    case 'refused':
      return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
    default:
      return result satisfies never;
  }
}

/** A new target needs one check to pass, one that was unhealthy as many as the threshold says (same guide, "Health checks"). */
export function decideHealth(before: Health, result: ProbeResult, thresholds: Thresholds): Health {
  const failure = failureOf(result, thresholds.matcher);
  if (!failure) {
    const passed = before.passed + 1;
    const enough = before.state !== 'unhealthy' || passed >= thresholds.healthy;
    return enough ? { state: 'healthy', passed, failed: 0 } : { ...before, passed, failed: 0 };
  }
  const failed = before.failed + 1;
  if (before.state === 'unhealthy' || failed >= thresholds.unhealthy)
    return { state: 'unhealthy', ...failure, passed: 0, failed };
  if (before.state === 'healthy') return { state: 'healthy', passed: 0, failed };
  return {
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
    description: 'Initial health checks in progress',
    passed: 0,
    failed,
  };
}
