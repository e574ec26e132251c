import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import { AwsCallFailed } from '../core/errors.ts';

/** How SDK clients reach AWS: empty in Lambda; endpoint, credentials and request handler elsewhere. */
export type AwsConnection = Pick<
  ECSClientConfig,
  'region' | 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts' | 'retryStrategy' | 'signer' | 'logger'
>;

const throttling = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
]);

/** AWS's error code: `ThrottlingException`; network errors have Node's (`ECONNRESET`, `TimeoutError`). */
export function codeOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string };
  return name && name !== 'Error' ? name : (code ?? name ?? 'Unknown');
}

/** Whether AWS asks for patience. Throttling may arrive as InvalidParameterException (aws-sdk issues). */
export function isThrottle(error: unknown): boolean {
  return throttling.has(codeOf(error)) || /rate exceeded/i.test((error as Error).message ?? '');
}

/** "Too many concurrent attempts to create a new revision": no throttling to the SDK, so it repeats nothing (*issue*). */
export const isCrowded = (error: unknown): boolean =>
  /too many concurrent attempts/i.test((error as Error).message ?? '');

/** Throttled, a server error or the network: trying again may help. */
export function isTransient(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return isThrottle(error) || isCrowded(error) || status === undefined || status >= 500;
}

/** Runs one SDK call; failures become AwsCallFailed with the operation's name and AWS's code. */
export async function call<Output>(operation: string, send: () => Promise<Output>): Promise<Output> {
  try {
    return await send();
  } catch (error) {
    throw new AwsCallFailed(operation, codeOf(error), (error as Error).message, isTransient(error), error);
  }
}
