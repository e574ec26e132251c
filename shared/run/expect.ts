import type { StopCause } from '../aws/task.ts';
import type { JobConfig } from '../config/config.ts';
import { type RunId, runIdOf } from '../core/ids.ts';
import { type Instant, iso, isoToSecond, plus, toInstant } from '../core/time.ts';
import type { Pause } from '../store/pauses.ts';
import { heldAt } from './job-pause.ts';
import type { Watch } from './missed-watch.ts';
import type { Run, RunTrigger } from './run.ts';

export type Expected = Watch['expected'][string];

/** Whether there is anything to look up: no success is known for so long, or a lapse may be over. */
export const isToLookAt = (job: JobConfig, { since, lapse }: Expected, now: Instant): boolean =>
  lapse !== undefined || plus(since, job.expectMs ?? Number.POSITIVE_INFINITY) <= now;

export interface ExpectFacts {
  job: JobConfig;
  expected: Expected;
  /** The newest run, and the newest success, as far as they end after `expected.since`. */
  newest?: Run | undefined;
  success?: Run | undefined;
  pauses: readonly Pause[];
  now: Instant;
}

export type ExpectDecision =
  /** Nothing to tell; counted from here on. */
  | { kind: 'fine'; since: Instant }
  | { kind: 'lapsed'; trigger: Extract<RunTrigger, { kind: 'expectation' }>; lapse: RunId; why: StopCause }
  | { kind: 'recovered'; since: Instant; lapse: RunId; by: { run: RunId; at: Instant } }
  /** Told already. */
  | { kind: 'still' };

/** `24 h`, `7 d`, `90 min`. */
export function spanInWords(ms: number): string {
  const [day, hour, minute] = [86_400_000, 3_600_000, 60_000];
  if (ms % day === 0 && ms > day) return `${ms / day} d`;
  return ms % hour === 0 ? `${ms / hour} h` : `${Math.round(ms / minute)} min`;
}

function lapseOf({ name, expectMs = 0 }: JobConfig, since: Instant, newest: Run | undefined): StopCause {
  const last = newest && `its newest run, ${newest.id}, is ${newest.state}`;
  const cause = `no run of ${name} has succeeded for ${spanInWords(expectMs)}, since ${isoToSecond(since)}; ${last ?? 'none has begun since then'}`;
  const hint = newest
    ? `find out why: batuta runs ${newest.id}`
    : `look at what should start it: whoever calls POST /api/jobs/${name}/runs, or its schedule`;
  return { kind: 'missed', cause, hint };
}

/** A dead man's switch: what becomes of a job that was to succeed every `expectMs`. While it is paused the time stands still. */
export function decideExpected({ job, expected, newest, success, pauses, now }: ExpectFacts): ExpectDecision {
  const { since, lapse } = expected;
  const at = success?.finishedAt;
  if (success && at !== undefined && at > since)
    return lapse ? { kind: 'recovered', since: at, lapse, by: { run: success.id, at } } : { kind: 'fine', since: at };
  if (lapse) return { kind: 'still' };
  const resumedAt = Math.max(since, ...pauses.map(({ until }) => (until !== undefined && until <= now ? until : 0)));
  if (pauses.some(heldAt(now))) return { kind: 'fine', since };
  if (resumedAt > since) return { kind: 'fine', since: toInstant(resumedAt) };
  const trigger = { kind: 'expectation', since: iso(since) } as const;
  return {
    kind: 'lapsed',
    trigger,
    lapse: runIdOf('expectation', job.name, trigger.since),
    why: lapseOf(job, since, newest),
  };
}
