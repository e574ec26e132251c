import type { LambdaSchedule } from '../aws/scheduler.ts';
import { type Instant, plus, toInstant } from '../core/time.ts';
import { nextFire } from './next-fire.ts';
import { parseSchedule } from './parse.ts';
import type { Schedule } from './schedule.ts';

type SyncAction =
  | { kind: 'create' | 'update'; schedule: LambdaSchedule }
  | { kind: 'keep' }
  /** It will not fire again, and there is none. */
  | { kind: 'over' }
  | { kind: 'remove' };

// AWS refuses a StartDate of more than 5 minutes ago ("The StartDate you specify cannot be earlier than 5 minutes
// ago"); a minute less leaves time for the call.
const startGraceMs = 240_000;

/**
 * What makes Scheduler have the wanted schedule. What stays the same is not written: whether UpdateSchedule starts a
 * rate anew is not documented. What will not fire again is neither made nor changed, since AWS refuses an EndDate that
 * is past; where another of its name would still fire, that one goes.
 */
export function decideSync(wanted: LambdaSchedule, found: LambdaSchedule | undefined, now: Instant): SyncAction {
  const parsed = parseSchedule(wanted.expression, wanted.timezone);
  // The check at build time knows better than AWS's refusal, which comes otherwise.
  const schedule = parsed.ok ? parsed.schedule : undefined;
  if (found && isSame(wanted, found, schedule, now)) return { kind: 'keep' };
  if (schedule && isOver(wanted, schedule, now)) return { kind: found ? 'remove' : 'over' };
  return { kind: found ? 'update' : 'create', schedule: withStart(wanted, schedule, now) };
}

function isOver({ start, end }: LambdaSchedule, schedule: Schedule, now: Instant): boolean {
  if (end !== undefined && end <= now) return true;
  if (schedule.kind === 'rate') return false;
  const next = nextFire(schedule, Math.max(now, (start ?? now) - 1));
  return next === undefined || (end !== undefined && next >= end);
}

const isPast = (start: Instant, now: Instant) => start < now - startGraceMs;

/** Without a start that AWS would refuse; a rate then starts at the next of its times, so that it keeps its rhythm. */
function withStart(wanted: LambdaSchedule, schedule: Schedule | undefined, now: Instant): LambdaSchedule {
  const { start, ...rest } = wanted;
  if (start === undefined || !isPast(start, now)) return wanted;
  if (schedule?.kind !== 'rate') return rest;
  const nextMs = nextFire({ ...schedule, anchorMs: start }, now);
  return nextMs === undefined ? rest : { ...rest, start: toInstant(nextMs) };
}

function isSame(wanted: LambdaSchedule, found: LambdaSchedule, schedule: Schedule | undefined, now: Instant): boolean {
  const keys = Object.keys({ ...wanted, ...found }) as (keyof LambdaSchedule)[];
  return keys.every((key) =>
    key === 'start' ? isSameStart(wanted.start, found.start, schedule, now) : wanted[key] === found[key],
  );
}

/** One that is past has no effect any more, but on the rhythm of a rate. */
function isSameStart(
  wanted: Instant | undefined,
  found: Instant | undefined,
  schedule: Schedule | undefined,
  now: Instant,
): boolean {
  if (wanted === found) return true;
  if (wanted === undefined || !isPast(wanted, now)) return false;
  if (schedule?.kind !== 'rate') return found === undefined || found <= now;
  if (found === undefined) return false;
  return (found - wanted) % schedule.everyMs === 0 && found <= plus(now, schedule.everyMs);
}
