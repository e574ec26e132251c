import type { LogLine } from './log-events.ts';

/**
 * A place between two lines of a stream: CloudWatch's token, and, since tokens expire after 24 hours, the time of the
 * last line before it and how many lines of that millisecond come before it.
 */
export interface LogPlace {
  token?: string;
  /** Of the lines that are read next, so many were seen: those of `at` come again where there was no token. */
  skip?: number;
  at?: number;
  seen?: number;
  /** Nothing older is read. */
  since?: number;
}

/** A page as it was read from a place. */
export interface LogPage {
  from: LogPlace;
  /** Those behind the place; `passed` more came before them. */
  lines: LogLine[];
  passed: number;
  token: string | undefined;
  /** Nothing was behind the place when this was read. An empty page alone does not mean that. */
  atEnd: boolean;
}

/** Where to read from when the token is not known any more: all lines of the last millisecond come again. */
export function withoutToken({ at, seen, since }: LogPlace): LogPlace {
  return {
    ...(since === undefined ? {} : { since }),
    ...(at === undefined ? {} : { at, seen: seen ?? 0, skip: seen ?? 0 }),
  };
}

/** Sorts out a page of GetLogEvents that was asked for from a place. */
export function pageFrom(from: LogPlace, all: LogLine[], token: string | undefined): LogPage {
  const { skip = 0, at = Number.NEGATIVE_INFINITY } = from;
  // Lines that have expired meanwhile do not come again.
  const newer = all.findIndex((line, index) => index >= skip || line.at > at);
  const passed = newer < 0 ? all.length : newer;
  return { from, lines: all.slice(passed), passed, token, atEnd: token === from.token };
}

/** How many lines at the end are of the last one's millisecond. */
function countLast(lines: readonly LogLine[]): number {
  const at = lines.at(-1)?.at;
  const other = lines.findLastIndex((line) => line.at !== at);
  return lines.length - 1 - other;
}

/** The place behind `lines`, of which all before are known down to another millisecond, or to `from`. */
export function placeAfter(from: LogPlace, lines: readonly LogLine[]): LogPlace {
  const last = lines.at(-1);
  if (!last) return from;
  const seen = countLast(lines);
  const before = seen === lines.length && from.at === last.at ? (from.seen ?? 0) : 0;
  return { ...(from.since === undefined ? {} : { since: from.since }), at: last.at, seen: seen + before };
}

/** The place behind a page's first `count` lines, by default all of them. */
export function behind({ from, lines, passed, token }: LogPage, count = lines.length): LogPlace {
  const { token: _, skip = 0, ...known } = placeAfter(from, lines.slice(0, count));
  if (count < lines.length) return withoutToken(known);
  const left = lines.length > 0 ? 0 : skip - passed;
  return { ...known, ...(token ? { token } : {}), ...(left > 0 ? { skip: left } : {}) };
}
