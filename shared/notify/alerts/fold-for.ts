import type { Instant } from '../../core/time.ts';
import type { Alert } from './alert.ts';
import { countOf, openCauses } from './alert-parts.ts';
import { firstFoldMs } from './trouble-times.ts';

/** A message that came late told also what had happened since. */
const isPromptly = (sentAt: Instant, since: Instant) => sentAt >= since && sentAt - since < firstFoldMs;

/**
 * The alert for a channel whose last message of it was sent at `sentAt` (undefined: none): where it did not get in time
 * what the last folding counts from, since its routes were muted or it took nothing, it is told how many there are in all.
 */
export function foldFor(alert: Alert, sentAt: Instant | undefined): Alert {
  const { fold, tellings, causes, openedAt } = alert;
  if (!fold?.more || fold.inAll) return alert;
  // The run or deployment that it began with told that itself.
  const isBegunElsewhere = tellings <= 1 && Object.values(causes).some(({ first }) => first !== undefined);
  if (sentAt === undefined ? isBegunElsewhere : isPromptly(sentAt, fold.since)) return alert;
  return { ...alert, fold: { ...fold, more: countOf(openCauses(alert)), since: openedAt, inAll: true } };
}
