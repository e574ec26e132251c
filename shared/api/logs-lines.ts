import type { LogLine } from '../aws/log-events.ts';
import { type Instant, iso } from '../core/time.ts';
import { createMasks, maskedBy } from '../run/mask.ts';

/** A line as the API shows it; `at` is ISO 8601 with milliseconds. */
export interface ShownLine {
  at: string;
  message: string;
  attempt: number;
}

/** A Lambda's answer may have 6 MB (docs); our own fields beside the lines are few. */
const mostBytes = 5_000_000;
/** Of a line beside its message, as Lambda counts it: JSON inside JSON. */
const frameBytes = 80;

// biome-ignore lint/suspicious/noControlCharactersInRegex: those that JSON writes as six characters
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** The body is JSON in the JSON that Lambda answers: a control character becomes seven bytes. */
function sizeOf(message: string): number {
  const size = escaped.test(message) ? JSON.stringify(JSON.stringify(message)) : message;
  return Buffer.byteLength(size) + frameBytes;
}

/**
 * The lines of one answer. `::mask VALUE` hides the value in it and in the lines behind it, as do the `hidden` values of
 * lines before it: the toolbox swallows such lines before they are printed, other images only print them.
 */
export function lineCollector({ limit, search }: { limit: number; search: string | undefined }, hidden?: string[]) {
  const lines: ShownLine[] = [];
  const maskLines: { attempt: number; at: Instant }[] = [];
  const masks = createMasks(hidden);
  let bytes = 0;

  function masked(attempt: number, { at, message }: LogLine): string {
    const value = maskedBy(message);
    if (value === undefined) return masks.hide(message);
    if (masks.add(value)) maskLines.push({ attempt, at });
    return '::mask ***';
  }

  return {
    lines,
    /** Those whose values were hidden. */
    maskLines,
    hide: (values: readonly string[]) => values.forEach(masks.add),
    /** How many of the lines were taken, those that are not searched for included; fewer only where it is full. */
    take(attempt: number, read: readonly LogLine[]): number {
      for (const [index, line] of read.entries()) {
        const message = masked(attempt, line);
        // What is masked is not found either, else searching would guess it.
        if (search !== undefined && !message.includes(search)) continue;
        const size = sizeOf(message);
        if (lines.length >= limit || (lines.length > 0 && bytes + size > mostBytes)) return index;
        bytes += size;
        lines.push({ at: iso(line.at), message, attempt });
      }
      return read.length;
    },
    left: () => limit - lines.length,
  };
}
