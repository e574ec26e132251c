import { type Instant, plus } from '../core/time.ts';

export interface Pace {
  /** So many at once … */
  burst: number;
  /** … then so many per second. */
  perSecond: number;
}
export interface Bucket {
  tokens: number;
  at: Instant;
}

const fullBucket = (pace: Pace, now: Instant): Bucket => ({ tokens: pace.burst, at: now });

/** Takes one token; `waitMs` until it may be used. Tokens below zero are what others wait for already. */
export function takeToken(bucket: Bucket, pace: Pace, now: Instant): { bucket: Bucket; waitMs: number } {
  const gained = (Math.max(0, now - bucket.at) / 1000) * pace.perSecond;
  const tokens = Math.min(pace.burst, bucket.tokens + gained) - 1;
  const waitMs = tokens >= 0 ? 0 : Math.ceil((-tokens / pace.perSecond) * 1000);
  return { bucket: { tokens, at: plus(bucket.at, Math.max(0, now - bucket.at)) }, waitMs };
}

/** A function that resolves when the next call may be made. */
export function pacer(pace: Pace, { now, sleep }: { now(): Instant; sleep(ms: number): Promise<void> }) {
  let bucket = fullBucket(pace, now());
  return async () => {
    const taken = takeToken(bucket, pace, now());
    bucket = taken.bucket;
    if (taken.waitMs > 0) await sleep(taken.waitMs);
  };
}
