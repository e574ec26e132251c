import type { Instant } from '../../core/time.ts';
import type { Alert, AlertCause } from './alert.ts';
import { openCauses } from './alert-parts.ts';

const isError = ({ severity }: AlertCause) => severity === 'error';

/** Only warnings are left of what was told as an error. */
export const isEased = (before: readonly AlertCause[], after: Alert): boolean =>
  before.some((cause) => isError(cause) && cause.told > 0) && !openCauses(after).some(isError);

/** Who hears of errors only is told that they are over. */
export const ease = (alert: Alert, at: Instant): Alert => ({
  ...alert,
  easedAt: at,
  news: `${alert.episode}:eased-${at}`,
});

/** It came again as warnings while the end of its errors waited to be told. */
export function endOfErrors(alert: Alert): Alert {
  const { closedAt } = alert;
  const over = Object.values(alert.causes).filter(({ overAt }) => overAt === closedAt);
  return closedAt !== undefined && isEased(over, alert) ? ease(alert, closedAt) : alert;
}
