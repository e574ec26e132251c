import type { LogLine } from '../aws/log-events.ts';
import type { LogRange } from '../aws/log-range.ts';
import { AwsCallFailed } from '../core/errors.ts';
import { type Instant, iso } from '../core/time.ts';
import { maskedBy } from './mask.ts';
import type { MaskLine } from './mask-lines.ts';

/** Reads again what `::mask` lines name. */
export interface MaskReader {
  /**
   * @throws AwsCallFailed with the code `maskLineUnread` where a line does not show: its value is not known, so nothing
   * behind it may be told; retryable while the line may only be late
   */
  read(lines: readonly MaskLine[]): Promise<string[]>;
}

export const maskLineUnread = 'MaskLineUnread';

/** Lines so near each other are read together: they are many at the beginning of a script. */
const togetherMs = 1000;
/** Characters kept in memory for the readers that follow. */
const mostKept = 1_000_000;
/** A line that was noted shows within seconds: CloudWatch Logs promises no time (docs). */
const patienceMs = 10 * 60_000;

const keyOf = ({ stream, at }: MaskLine) => `${stream}@${at}`;

/** Sorted into what one read brings. */
function together(lines: readonly MaskLine[]): MaskLine[][] {
  const groups: MaskLine[][] = [];
  for (const line of lines.toSorted((a, b) => a.at - b.at)) {
    const open = groups.findLast(([first]) => first?.stream === line.stream);
    const isNear = open?.[0] !== undefined && line.at - open[0].at < togetherMs;
    if (isNear) open.push(line);
    else groups.push([line]);
  }
  return groups;
}

const valuesAt = (found: readonly LogLine[], at: Instant) =>
  found.flatMap((line) => (line.at === at ? (maskedBy(line.message) ?? []) : []));

function unread({ stream, at }: MaskLine, now: Instant): AwsCallFailed {
  const isLate = now - at < patienceMs;
  const cause = isLate ? 'does not show yet' : 'is gone: it has expired or was deleted';
  const text = `the ::mask line of ${iso(at)} in ${stream} ${cause}, so what it hides is not known`;
  return new AwsCallFailed('GetLogEvents', maskLineUnread, text, isLate, undefined);
}

export function maskReader(range: LogRange, now: () => Instant): MaskReader {
  const known = new Map<string, string[]>();
  let kept = 0;

  function keep(line: MaskLine, values: string[]): void {
    const size = values.join('').length;
    if (kept + size > mostKept) {
      known.clear();
      kept = 0;
    }
    kept += size;
    known.set(keyOf(line), values);
  }

  async function readTogether(lines: readonly MaskLine[]): Promise<string[]> {
    const [first, last] = [lines[0], lines.at(-1)];
    if (!first || !last) return [];
    const found = await range(first, first.at, last.at);
    return lines.flatMap((line) => {
      const values = valuesAt(found, line.at);
      if (values.length === 0) throw unread(line, now());
      keep(line, values);
      return values;
    });
  }

  return {
    async read(lines) {
      const values = lines.flatMap((line) => known.get(keyOf(line)) ?? []);
      const missing = lines.filter((line) => !known.has(keyOf(line)));
      // One after the other: GetLogEvents allows some 25 calls a second of the whole account (docs).
      for (const group of together(missing)) values.push(...(await readTogether(group)));
      return values;
    },
  };
}
