import type { LogLine } from '../aws/logs.ts';
import type { Instant } from '../core/time.ts';
import type { Run } from './run.ts';

/** What a script says about itself by printing. */
export type Report =
  | { kind: 'progress'; at: Instant; percent: number; note: string }
  | { kind: 'output'; at: Instant; key: string; value: string };

/** All outputs of a run together: names and values, UTF-8. */
const outputsLimit = 32 * 1024;
const noteLimit = 200;

function readLine({ at, message }: LogLine): Report | undefined {
  const line = message.trimEnd();
  const [, percent, note = ''] = /^::progress\s+(\d{1,3}(?:\.\d+)?)%?(?:\s+(.*))?$/.exec(line) ?? [];
  if (percent !== undefined)
    return { kind: 'progress', at, percent: Math.min(100, Number(percent)), note: note.slice(0, noteLimit) };
  const [, key, value = ''] = /^::output\s+([A-Za-z_][\w.-]{0,63})=(.*)$/.exec(line) ?? [];
  return key === undefined ? undefined : { kind: 'output', at, key, value };
}

/** `::progress 40 copying rows` and `::output rows=1200`; every other line says nothing. */
export const readReports = (lines: readonly LogLine[]): Report[] => lines.flatMap((line) => readLine(line) ?? []);

function sizeOf(outputs: Readonly<Record<string, string>>): number {
  return Object.entries(outputs).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
}

const progressKey = '::progress';

function applyOne(run: Run, report: Report): Run {
  const key = report.kind === 'progress' ? progressKey : report.key;
  const known = run.reportedAt && Object.hasOwn(run.reportedAt, key) ? run.reportedAt[key] : undefined;
  if (known !== undefined && report.at < known) return run;
  const reportedAt = { ...run.reportedAt, [key]: report.at };
  if (report.kind === 'progress')
    return { ...run, reportedAt, progress: { percent: report.percent, note: report.note } };
  const outputs = { ...run.outputs, [key]: report.value };
  if (sizeOf(outputs) <= outputsLimit) return { ...run, reportedAt, outputs };
  return { ...run, note: `::output ${key} was left out: all outputs together may have ${outputsLimit} bytes` };
}

/** The run with what its lines reported; undefined where nothing new was said. Old lines that come again change nothing. */
export function applyReports(run: Run, reports: readonly Report[]): Run | undefined {
  const next = reports.reduce(applyOne, run);
  const told = ({ progress, outputs, reportedAt, note }: Run) => JSON.stringify([progress, outputs, reportedAt, note]);
  return told(next) === told(run) ? undefined : next;
}
