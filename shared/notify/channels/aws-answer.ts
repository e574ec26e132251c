import { AwsCallFailed } from '../../core/errors.ts';
import type { Sent } from './channel.ts';

/** AWS's codes, without `Exception` at the end, of which trying again does not help. */
export interface Refusals {
  /** With what has to be changed. */
  channel: Readonly<Record<string, string>>;
  message: readonly string[];
}

/** SNS's and EventBridge's words for too many calls, without `Exception`; neither names a time. */
const throttled = ['Throttled', 'Throttling', 'TooManyRequests', 'RequestLimitExceeded', 'KMSThrottling'];

/** What a failed call of an AWS service means, by its code alone: the messages of errors name accounts, roles and ARNs. */
export function judgeAws(error: unknown, service: string, { channel, message }: Refusals): Sent {
  const code = error instanceof AwsCallFailed ? error.code.replace(/Exception$/, '') : (error as Error).name;
  const answered = `${service} answered ${code}`;
  const hint = Object.hasOwn(channel, code) ? channel[code] : undefined;
  if (hint) return { kind: 'refused', scope: 'channel', why: `${answered}: ${hint}` };
  if (message.includes(code)) return { kind: 'refused', scope: 'message', why: answered };
  return { kind: 'retry', why: answered, ...(throttled.includes(code) ? { limited: true } : {}) };
}
