import { type Instant, toInstant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import type { Watched } from './missed-firings.ts';

const mostRunsLookedAt = 50;

/**
 * From when on a rate has to be followed anew: it was changed, which may start it anew, or it fires at
 * other times than the firing at `since` lets expect. Undefined where its rhythm is the known one.
 */
export async function newRhythm(
  { job, arn, everyMs }: Watched,
  since: Instant,
  changedAt: Instant | undefined,
  { stores }: { stores: Pick<Stores, 'runs'> },
): Promise<Instant | undefined> {
  if (everyMs === undefined) return undefined;
  if (changedAt !== undefined && changedAt > since) return changedAt;
  const { values } = await stores.runs.list(`job#${job.name}`, { limit: mostRunsLookedAt });
  const times = values.flatMap(({ trigger }) =>
    trigger.kind === 'schedule' && trigger.scheduleArn === arn ? [toInstant(trigger.scheduledTime)] : [],
  );
  const latest = toInstant(Math.max(since, ...times));
  return (latest - since) % everyMs === 0 ? undefined : latest;
}
