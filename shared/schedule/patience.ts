import { isThrottle } from '../aws/connection.ts';
import { AwsCallFailed } from '../core/errors.ts';

export interface Patience {
  sleep(ms: number): Promise<void>;
  /** Of this invocation. */
  remainingMs(): number;
}

/** For the answer to CloudFormation and the calls under way. */
const reserveMs = 20_000;
const longestPauseMs = 5_000;
const mostTries = 8;

// AWS refuses a role made a moment ago until it has spread ("The execution role you provide must
// allow AWS EventBridge Scheduler to assume the role", ValidationException).
const rolePauses = [2_000, 4_000, 8_000, 16_000];

export const codeOfCall = (error: unknown): string | undefined =>
  error instanceof AwsCallFailed ? error.code : undefined;

const isNewRole = (error: AwsCallFailed) => error.code === 'ValidationException' && /role/i.test(error.message);

/** How long to wait before the next try; undefined: trying again does not help. */
function pauseAfter(error: unknown, tries: number): number | undefined {
  if (!(error instanceof AwsCallFailed)) return undefined;
  if (isNewRole(error)) return rolePauses[tries - 1];
  // What never gets through is no trouble of the moment; throttling ends some time.
  const isWorthIt = error.retryable && (isThrottle(error.cause) || tries <= mostTries);
  return isWorthIt ? Math.min(250 * 2 ** (tries - 1), longestPauseMs) : undefined;
}

/**
 * Repeats a call that AWS refuses for now (throttling, its own errors, the network, a role too new), for as long as
 * the invocation lasts.
 */
export async function patiently<Answer>(work: () => Promise<Answer>, deps: Patience): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const pause = pauseAfter(error, tries);
      if (pause === undefined || deps.remainingMs() - pause < reserveMs) throw error;
      await deps.sleep(pause);
    }
  }
}
