import type { FreezeWindow } from './config.ts';
import { suggestName } from './nearest.ts';
import { timeZoneProblem } from './time-zone.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const WINDOW =
  /^(?<from>[a-z]+)(?: +(?<at>\d{1,2}:\d{2}))? *[-–] *(?<to>[a-z]+)(?: +(?<until>\d{1,2}:\d{2}))?(?: +(?<zone>[a-z]\S*))?$/i;
const WEEK = 7 * 1440;

/** Reads `Fri 18:00 - Mon 08:00 Europe/Lisbon`, or whole days: `Sat - Sun`. A string says what is wrong. */
export function parseFreezeWindow(text: string): FreezeWindow | string {
  const { from = '', at, to = '', until, zone = 'UTC' } = WINDOW.exec(text.trim())?.groups ?? {};
  if (from === '') return 'is no freeze window; write for example Fri 18:00 - Mon 08:00 Europe/Lisbon';
  const [begins, ends] = [weekMinute(from, at ?? '00:00'), weekMinute(to, until ?? '24:00')];
  if (typeof begins === 'string') return begins;
  if (typeof ends === 'string') return ends;
  if (begins === WEEK || at === '24:00') return 'begins at 24:00; write 00:00 of the next day';
  if (begins === ends % WEEK) return 'ends where it begins; pause the service instead of freezing the whole week';
  const problem = timeZoneProblem(zone);
  return problem ?? { text, from: placeOf(begins), to: placeOf(ends % WEEK), timezone: zone };
}

/** The minute of the week that begins with Sunday; 24:00 is the next day's 00:00. */
function weekMinute(name: string, time: string): number | string {
  const day = DAYS.findIndex((known) =>
    [known, known.slice(0, 3)].some((form) => form.toLowerCase() === name.toLowerCase()),
  );
  if (day < 0)
    return `\`${name.slice(0, 20)}\` is no day; ${suggestName(
      name,
      DAYS.map((known) => known.slice(0, 3)),
    )}`;
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  if (minute > 59 || hour * 60 + minute > 1440) return `${time} is no time of day; write 00:00 to 24:00`;
  return day * 1440 + hour * 60 + minute;
}

const placeOf = (minute: number) => ({ day: Math.floor(minute / 1440), minute: minute % 1440 });
