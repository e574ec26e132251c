import { Conflict } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Records } from '../../store/records.ts';
import type { Alert, AlertSubject, Trouble } from './alert.ts';
import { alertIdOf, decideTrouble } from './decide-alert.ts';
import { decideOver, type Over } from './decide-over.ts';

const patience = 5;

/** Many tasks of one service stop at once, and all of them are counted in one record. */
async function persistently<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === patience) throw error;
    }
  }
}

/**
 * Counts one occurrence of the subject's trouble; safe to repeat. Resolves with the alert as it now is: its own events
 * tell what it has to tell. @throws Conflict where too many write it at once
 */
export async function noteTrouble(
  alerts: Records<Alert>,
  subject: AlertSubject,
  trouble: Trouble,
  now: Instant,
): Promise<Alert> {
  const first = decideTrouble(undefined, subject, trouble, now);
  const decide = (alert: Alert) => decideTrouble(alert, subject, trouble, now);
  const write = async () => {
    const known = await alerts.update(alertIdOf(subject), decide);
    if (known || !first) return known;
    const { created, stored } = await alerts.create(first);
    return created ? stored : alerts.update(alertIdOf(subject), decide);
  };
  const noted = await persistently(write);
  if (!noted) throw new Conflict(`the alert ${alertIdOf(subject)} vanished while it was written`);
  return noted.value;
}

/** Ends the subject's trouble, or the named causes of it, if there is any and none came after `at`. Safe to repeat. */
export async function noteOver(alerts: Records<Alert>, subject: AlertSubject, over: Over): Promise<void> {
  await persistently(() => alerts.update(alertIdOf(subject), (alert) => decideOver(alert, over)));
}
