import { type Instant, plus } from '../../core/time.ts';
import type { Alert } from './alert.ts';
import { countOf, freeAt, mapValues } from './alert-parts.ts';
import { restMs, settleMs } from './trouble-times.ts';

/** It is over, and whoever heard of it is told so when it has stayed so. */
export const isSettling = ({ state, endAt }: Alert): boolean => state === 'closed' && endAt !== undefined;

/**
 * From when on the end of what was over at `at` is told. At once where the trouble was long, or its next beginning could
 * be told at once too; else "well again" would be the last word while it is in trouble once more.
 */
export function endAtOf(alert: Alert, at: Instant): Instant {
  const { subject, spells, openedAt, reopenedAt = openedAt } = alert;
  // Each deployment tells its own end.
  if (subject.kind === 'deployment') return at;
  const isLong = at - reopenedAt >= settleMs;
  // Whoever made a job succeed waits for that to be said.
  if (!spells && (isLong || subject.kind === 'job')) return at;
  if (spells && !isLong) return plus(at, settleMs);
  return Math.max(at, Math.min(freeAt(alert), at + restMs)) as Instant;
}

/** One more where it came again soon. `inAll`: occurrences of this episode, where that is over. */
function spellsWith({ spells, openedAt, closedAt }: Alert, at: Instant, inAll = 0): Pick<Alert, 'spells'> {
  if (closedAt === undefined || at - closedAt >= settleMs) return {};
  const { count, since, earlier } = spells ?? { count: 1, since: openedAt, earlier: 0 };
  return { spells: { count: count + 1, since, earlier: earlier + inAll } };
}

/** How often it came and went before the episode that begins, where it came again soon. */
export const spellsBefore = (alert: Alert, at: Instant): Pick<Alert, 'spells'> =>
  spellsWith(alert, at, countOf(Object.values(alert.causes)));

/** The same trouble again, of which others are told than that it was over. What it was besides is over. */
export function goOn(alert: Alert, key: string, at: Instant): Alert {
  const { closedAt = at } = alert;
  const causes = mapValues(alert.causes, (cause, of) => (of === key ? cause : { overAt: closedAt, ...cause }));
  // If only warnings come until then, it was the end of the errors.
  return { ...alert, causes, state: 'open', reopenedAt: at, ...spellsWith(alert, at) };
}
