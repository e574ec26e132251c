import { type Instant, plus, toInstant } from '../core/time.ts';
import type { Cache } from '../store/cache.ts';

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
interface PaceState extends Bucket {
  /** The present pace: slower than the limit while AWS throttles. */
  perSecond: number;
}

/** Takes one token; `waitMs` until it may be used. Tokens below zero are what others wait for already. */
export function takeToken(bucket: Bucket, pace: Pace, now: Instant): { bucket: Bucket; waitMs: number } {
  const gained = (Math.max(0, now - bucket.at) / 1000) * pace.perSecond;
  const tokens = Math.min(pace.burst, bucket.tokens + gained) - 1;
  const waitMs = tokens >= 0 ? 0 : Math.ceil((-tokens / pace.perSecond) * 1000);
  return { bucket: { tokens, at: plus(bucket.at, Math.max(0, now - bucket.at)) }, waitMs };
}

export interface Pacer {
  /** Resolves when the next call may be made. */
  wait(): Promise<void>;
  /** What AWS made of it: throttled calls slow it down, the others bring it back to its limit. */
  heard(throttled: boolean): void;
  state(): PaceState;
}

const slowest = 2;

/** The account's services launch from the same bucket: their share is not known, only that AWS says "too fast". */
export function pacer(
  pace: Pace,
  { now, sleep }: { now(): Instant; sleep(ms: number): Promise<void> },
  from?: PaceState,
): Pacer {
  let bucket: Bucket = from ?? { tokens: pace.burst, at: now() };
  let perSecond = Math.min(pace.perSecond, from?.perSecond ?? pace.perSecond);
  let slowedAt = toInstant(0);
  return {
    async wait() {
      const taken = takeToken(bucket, { ...pace, perSecond }, now());
      bucket = taken.bucket;
      if (taken.waitMs > 0) await sleep(taken.waitMs);
    },
    heard(throttled) {
      if (!throttled) {
        perSecond = Math.min(pace.perSecond, perSecond + 0.02);
        return;
      }
      // Several under way are throttled for one and the same reason.
      if (now() - slowedAt < 1000) return;
      slowedAt = now();
      perSecond = Math.max(slowest, perSecond * 0.7);
      bucket = { tokens: Math.min(bucket.tokens, 0), at: now() };
    },
    state: () => ({ ...bucket, perSecond }),
  };
}

const key = 'launch-pace';
/** Long enough for the bucket to be full again. */
const keptMs = 60_000;

/** Where the worker before this one stopped, if it launched many a moment ago. */
export async function rememberedPace(cache: Cache): Promise<PaceState | undefined> {
  const text = await cache.get(key);
  return text === undefined ? undefined : (JSON.parse(text) as PaceState);
}

/** Few launches are not worth the write. */
export async function rememberPace(cache: Cache, pace: Pacer): Promise<void> {
  const state = pace.state();
  if (state.tokens < 40) await cache.set(key, JSON.stringify(state), keptMs);
}
