import type { Answered } from './http-network.ts';

const longestAnswerBytes = 65_536;

/** Rejects once the time is over, whatever the work does. */
export function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** Up to 64 kB. What ends early, by a reset or by the time, is taken as it is: by its status the channel has answered. */
export async function beginningOf(body: Answered['body'], signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const read = async () => {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      // Leaving the loop closes the connection.
      if (size >= longestAnswerBytes) return;
    }
  };
  await within(signal, read()).catch(() => {});
  return Buffer.concat(chunks).subarray(0, longestAnswerBytes).toString();
}

/** Retry-After in seconds, also where it is a date (RFC 9110, 10.2.3): then by the answer's own clock. */
export function secondsToWait({ 'retry-after': given, date }: Answered['headers']): string | undefined {
  const text = [given ?? ''].flat()[0] ?? '';
  if (text === '' || Number(text) >= 0) return text || undefined;
  const aheadMs = Date.parse(text) - Date.parse(`${date}`);
  return Number.isNaN(aheadMs) ? undefined : String(Math.max(0, Math.ceil(aheadMs / 1000)));
}
