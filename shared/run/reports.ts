import type { LogLine } from '../aws/logs.ts';
import type { Instant } from '../core/time.ts';
import { createMasks, isMaskedForm, type Masks } from './mask.ts';
import type { Run } from './run.ts';

/** What a script says about itself by printing. */
export type Report =
  | { kind: 'progress'; at: Instant; percent: number; note: string }
  | { kind: 'output'; at: Instant; key: string; value: string }
  | { kind: 'notice'; at: Instant; text: string };

/** All outputs of a run together: names and values, UTF-8. */
const outputsLimit = 32 * 1024;
/** Characters of a notice, and of progress's note. */
const textLimit = 200;
const noticesKept = 20;

/** A value may hold a carriage return or a line separator of Unicode: `s` lets `.` match these. */
function readLine({ at, message }: LogLine, masks: Masks): Report | undefined {
  const line = message.trimEnd();
  if (!line.startsWith('::')) return undefined;
  const [, percent, note = ''] = /^::progress\s+(\d{1,3}(?:\.\d+)?)%?(?:\s+(.*))?$/s.exec(line) ?? [];
  const cut = (text: string) => masks.hide(text).slice(0, textLimit);
  if (percent !== undefined) return { kind: 'progress', at, percent: Math.min(100, Number(percent)), note: cut(note) };
  const [, notice] = /^::notice\s+(.+)$/s.exec(line) ?? [];
  if (notice !== undefined) return { kind: 'notice', at, text: cut(notice) };
  const [, masked] = /^::mask\s+(.+)$/s.exec(line) ?? [];
  if (masked !== undefined) masks.add(masked);
  const [, key, value = ''] = /^::output\s+([A-Za-z_][\w.-]{0,63})=(.*)$/s.exec(line) ?? [];
  return key === undefined ? undefined : { kind: 'output', at, key, value: masks.hide(value) };
}

/**
 * `::progress 40 copying rows`, `::output rows=1200` and `::notice text`; every other line says nothing. What a
 * `::mask VALUE` line names is `***` in all that comes after it.
 */
export function readReports(lines: readonly LogLine[]): Report[] {
  const masks = createMasks();
  return lines.flatMap((line) => readLine(line, masks) ?? []);
}

function sizeOf(outputs: Readonly<Record<string, string>>): number {
  return Object.entries(outputs).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
}

const progressKey = '::progress';

function applyOne(run: Run, report: Report): Run {
  if (report.kind === 'notice') return withNotice(run, report);
  const key = report.kind === 'progress' ? progressKey : report.key;
  const known = run.reportedAt && Object.hasOwn(run.reportedAt, key) ? run.reportedAt[key] : undefined;
  if (known !== undefined && (report.at < known || (report.at === known && wouldUnmask(run, report)))) return run;
  const reportedAt = { ...run.reportedAt, [key]: report.at };
  if (report.kind === 'progress')
    return { ...run, reportedAt, progress: { percent: report.percent, note: report.note } };
  const outputs = { ...run.outputs, [key]: report.value };
  return sizeOf(outputs) <= outputsLimit ? { ...run, reportedAt, outputs } : withoutOutput(run, report.key);
}

/** The same line again, of a batch that lacks its `::mask`. */
const wouldUnmask = (run: Run, report: Exclude<Report, { kind: 'notice' }>) =>
  report.kind === 'progress'
    ? isMaskedForm(run.progress?.note ?? '', report.note)
    : isMaskedForm(run.outputs[report.key] ?? '', report.value);

const tooMuch = `were left out: all outputs together may have ${outputsLimit} bytes`;

/** The run goes on without it, and says so. */
function withoutOutput(run: Run, key: string): Run {
  const before = run.note?.endsWith(tooMuch) ? run.note.slice('::output '.length, -tooMuch.length - 1).split(', ') : [];
  const names = before.includes(key) || before.length >= noticesKept ? before : [...before, key];
  return { ...run, note: `::output ${names.join(', ')} ${tooMuch}` };
}

/** In their order, each line once: the last of them are kept. */
function withNotice(run: Run, { at, text }: Extract<Report, { kind: 'notice' }>): Run {
  const known = run.notices ?? [];
  if (known.some((notice) => notice.at === at && (notice.text === text || isMaskedForm(notice.text, text)))) return run;
  const others = known.filter((notice) => notice.at !== at || !isMaskedForm(text, notice.text));
  const notices = [...others, { at, text }].toSorted((a, b) => a.at - b.at).slice(-noticesKept);
  return { ...run, notices };
}

/** The run with what its lines reported; undefined where nothing new was said. Old lines that come again change nothing. */
export function applyReports(run: Run, reports: readonly Report[]): Run | undefined {
  const next = reports.reduce(applyOne, run);
  const told = ({ progress, outputs, reportedAt, note, notices }: Run) =>
    JSON.stringify([progress, outputs, reportedAt, note, notices]);
  return told(next) === told(run) ? undefined : next;
}
