import { ECSClient } from '@aws-sdk/client-ecs';
import type { AwsConnection } from './connection.ts';

/**
 * A client whose calls are sent once and given up after ten seconds: for calls that cannot be fenced, and
 * for answers that a second sending would make ambiguous.
 */
export function singleAttemptClient({ retryStrategy: _, ...aws }: AwsConnection): ECSClient {
  return new ECSClient({
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    ...aws,
    maxAttempts: 1,
  });
}
