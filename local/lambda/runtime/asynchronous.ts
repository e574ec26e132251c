import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { FunctionError, Outcome } from './messages.ts';

/** What Lambda sends to a dead-letter queue: the event as the body, these as String or Number attributes. */
export interface DeadLetter {
  queueArn: string;
  body: string;
  attributes: { RequestID: string; ErrorCode: string; ErrorMessage: string };
}

/** Lambda's pauses before its two retries of an asynchronous invocation. */
const RETRY_PAUSES_MS = [60_000, 120_000];

interface Ports {
  clock: Clock;
  run(requestId: string, payload: string): Promise<Outcome>;
  deadLetter(letter: DeadLetter): void | Promise<void>;
  /** True once the local system stops: nothing is retried any more. */
  closed(): boolean;
}

/** Runs an accepted event: the first try, two retries with the same request id, then the dead-letter queue. */
export async function runAsynchronously(payload: string, queueArn: string | undefined, ports: Ports): Promise<void> {
  const requestId = randomUUID();
  let last: FunctionError | undefined;
  for (const pauseMs of [0, ...RETRY_PAUSES_MS]) {
    // A timer, not a sleep: a retry to come must not keep the process alive.
    if (pauseMs > 0) await new Promise<void>((resolve) => void ports.clock.setTimer(pauseMs, resolve));
    const outcome = await ports.run(requestId, payload);
    if (outcome.kind === 'done' || ports.closed()) return;
    last = outcome.error;
  }
  if (!queueArn || !last) return;
  await ports.deadLetter({
    queueArn,
    body: payload,
    // A function's error has code 200: the invocation itself worked. Lambda cuts the message at 1 kB.
    attributes: { RequestID: requestId, ErrorCode: '200', ErrorMessage: last.errorMessage.slice(0, 1024) },
  });
}
