/**
 * Time zones through Intl. Asking Intl for an offset costs microseconds, so each zone keeps the
 * offset changes of the years it was asked for; a look-up is then a short walk through an array.
 */
export interface TimeZone {
  name: string;
  /** Milliseconds to add to UTC at that instant. */
  offsetAt(instantMs: number): number;
  /**
   * The instant at which the wall clock first shows `localMs` (a wall-clock time written as if it were UTC);
   * undefined in the gap of a change to summer time.
   */
  instantOf(localMs: number): number | undefined;
}

interface Change {
  /** From this instant on, `offset` holds. */
  fromMs: number;
  offset: number;
}

const dayMs = 86_400_000;

/** A zone by its IANA name, or undefined where there is none of that name. Offsets such as `+03:00` are no names. */
export function timeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const format = formatOf(name);
  if (!format) return undefined;
  const zone = /^(Etc\/)?UTC$/.test(name) ? utc(name) : zoneOf(name, format);
  zones.set(name, zone);
  return zone;
}
const zones = new Map<string, TimeZone>();

function formatOf(name: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    // Intl takes names in any case, AWS does not.
    const canonical = format.resolvedOptions().timeZone;
    return canonical !== name && canonical.toLowerCase() === name.toLowerCase() ? undefined : format;
  } catch {
    return undefined;
  }
}

const utc = (name: string): TimeZone => ({ name, offsetAt: () => 0, instantOf: (localMs) => localMs });

function zoneOf(name: string, format: Intl.DateTimeFormat): TimeZone {
  const years = new Map<number, Change[]>();
  const changesOf = (instantMs: number): Change[] => {
    // Years of 365.2425 days since the epoch: any fixed partition of time does, calendar years are not needed.
    const year = Math.floor(instantMs / averageYearMs);
    let changes = years.get(year);
    if (!changes) {
      changes = findChanges(format, year * averageYearMs, (year + 1) * averageYearMs);
      years.set(year, changes);
    }
    return changes;
  };
  // Times are mostly asked for in order, so the stretch without a change that answered last answers next.
  let span: Span = { fromMs: 0, toMs: 0, offset: 0 };
  const spanAt = (instantMs: number): Span => {
    if (instantMs < span.fromMs || instantMs >= span.toMs) span = spanIn(changesOf(instantMs), instantMs);
    return span;
  };
  const offsetAt = (instantMs: number): number => spanAt(instantMs).offset;
  const instantOf = (localMs: number): number | undefined => {
    // A day before and a day after cover every change, even the day that Samoa left out in 2011.
    const { toMs, offset: before } = spanAt(localMs - dayMs);
    if (localMs + dayMs < toMs) return localMs - before;
    const after = offsetAt(localMs + dayMs);
    if (before === after) return localMs - before;
    // The earlier offset first: in an overlap that is the first of the two instants.
    const candidates = [localMs - before, localMs - after].filter((instant) => offsetAt(instant) + instant === localMs);
    return candidates.length ? Math.min(...candidates) : undefined;
  };
  return { name, offsetAt, instantOf };
}

const averageYearMs = 31_556_952_000;

/** `offset` holds from `fromMs` to `toMs` (not included), which is no later than the end of the changes' year. */
interface Span extends Change {
  toMs: number;
}

function spanIn(changes: readonly Change[], instantMs: number): Span {
  let index = changes.length - 1;
  while (index > 0 && (changes[index] as Change).fromMs > instantMs) index--;
  const { fromMs, offset } = changes[index] as Change;
  return { fromMs, toMs: changes[index + 1]?.fromMs ?? (changes[0] as Change).fromMs + averageYearMs, offset };
}

/** Offset changes between two instants, found by weekly samples and bisection. The first entry holds from the start. */
function findChanges(format: Intl.DateTimeFormat, fromMs: number, toMs: number): Change[] {
  const changes: Change[] = [{ fromMs, offset: askIntl(format, fromMs) }];
  for (let left = fromMs; left < toMs; left += 7 * dayMs) {
    const right = Math.min(left + 7 * dayMs, toMs);
    const offset = askIntl(format, right);
    if (offset !== (changes.at(-1) as Change).offset) changes.push({ fromMs: bisect(format, left, right), offset });
  }
  return changes;
}

/** The first second of `(left, right]` whose offset is that of `right`. */
function bisect(format: Intl.DateTimeFormat, left: number, right: number): number {
  const target = askIntl(format, right);
  let low = Math.floor(left / 1000);
  let high = Math.ceil(right / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (askIntl(format, middle * 1000) === target) high = middle;
    else low = middle;
  }
  return high * 1000;
}

function askIntl(format: Intl.DateTimeFormat, instantMs: number): number {
  const second = Math.floor(instantMs / 1000) * 1000;
  const part = Object.fromEntries(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second: seconds = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}
