import { type Instant, iso } from '../../core/time.ts';

/** `14:02 UTC`, with the day where it is not that of `now`. */
export function timeInWords(at: Instant, now: Instant): string {
  const [day, time = ''] = iso(at).split('T');
  const told = `${time.slice(0, 5)} UTC`;
  return iso(now).startsWith(`${day}T`) ? told : `${day} ${told}`;
}
