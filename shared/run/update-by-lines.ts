import type { LogLine } from '../aws/log-events.ts';
import type { Stores } from '../store/stores.ts';
import { type MaskLine, maskLinesBefore } from './mask-lines.ts';
import type { MaskReader } from './mask-reader.ts';
import { type Report, readReports } from './reports.ts';
import type { Run } from './run.ts';

/** Lines that one attempt printed, oldest first. */
export interface PrintedLines {
  attempt: number;
  stream: string;
  lines: readonly LogLine[];
}

/** The `::mask` lines that printed lines are not to be read without. */
export function masksOf(run: Run, { lines, ...from }: PrintedLines): MaskLine[] {
  const first = lines[0];
  return first ? maskLinesBefore(run, from, first.at) : [];
}

/**
 * Changes a run by what lines report, with all masked that `::mask` lines before them name; `masked` are those values,
 * for who looks at the lines themselves.
 */
export async function updateByLines(
  runId: string,
  printed: PrintedLines,
  change: (run: Run, reports: readonly Report[], masked: readonly string[]) => Run | undefined,
  { stores, masks }: { stores: Pick<Stores, 'runs'>; masks: MaskReader },
): Promise<void> {
  const values: string[] = [];
  const isRead = new Set<string>();
  for (;;) {
    let missing: MaskLine[] = [];
    await stores.runs.update(runId, (run) => {
      missing = masksOf(run, printed).filter(({ stream, at }) => !isRead.has(`${stream}@${at}`));
      return missing.length > 0 ? undefined : change(run, readReports(printed.lines, values), values);
    });
    if (missing.length === 0) return;
    values.push(...(await masks.read(missing)));
    for (const { stream, at } of missing) isRead.add(`${stream}@${at}`);
  }
}
