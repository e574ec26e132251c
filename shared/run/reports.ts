import type { LogLine } from '../aws/logs.ts';
import type { Instant } from '../core/time.ts';
import { currentAttempt } from './attempts.ts';
import { createMasks, isMaskedForm, type Masks, maskedBy } from './mask.ts';
import { withMaskLine } from './mask-lines.ts';
import type { Run } from './run.ts';

/** What a script says about itself by printing. */
export type Report =
  | { kind: 'progress'; at: Instant; percent: number; note: string }
  | { kind: 'output'; at: Instant; key: string; value: string }
  | { kind: 'notice'; at: Instant; text: string }
  /** The value is for what is already in the run, which keeps only where the line stands. */
  | { kind: 'mask'; at: Instant; value: string };

/** All outputs of a run together: names and values, UTF-8. */
const outputsLimit = 32 * 1024;
const mostOutputs = 200;
/** Characters of a notice, and of progress's note. */
const textLimit = 200;
const noticesKept = 20;

/**
 * A value may hold a carriage return or a line separator of Unicode: `s` lets `.` match these. `__proto__` is no name:
 * the SDK's marshalling would write a record that DynamoDB refuses.
 */
function readLine({ at, message }: LogLine, masks: Masks): Report | undefined {
  const line = message.trimEnd();
  if (!line.startsWith('::')) return undefined;
  const [, percent, note = ''] = /^::progress\s+(\d{1,3}(?:\.\d+)?)%?(?:\s+(.*))?$/s.exec(line) ?? [];
  const cut = (text: string) => masks.hide(text).slice(0, textLimit);
  if (percent !== undefined) return { kind: 'progress', at, percent: Math.min(100, Number(percent)), note: cut(note) };
  const [, notice] = /^::notice\s+(.+)$/s.exec(line) ?? [];
  if (notice !== undefined) return { kind: 'notice', at, text: cut(notice) };
  const masked = maskedBy(line);
  if (masked !== undefined) return masks.add(masked) ? { kind: 'mask', at, value: masked } : undefined;
  const [, key, value = ''] = /^::output\s+(?!__proto__=)([A-Za-z_][\w.-]{0,63})=(.*)$/s.exec(line) ?? [];
  return key === undefined ? undefined : { kind: 'output', at, key, value: masks.hide(value) };
}

/**
 * `::progress 40 copying rows`, `::output rows=1200` and `::notice text`; every other line says nothing. What a
 * `::mask VALUE` line names is `***` in all that comes after it; so are the values of earlier ones, in all lines.
 */
export function readReports(lines: readonly LogLine[], earlier: readonly string[] = []): Report[] {
  const masks = createMasks(earlier);
  return lines.flatMap((line) => readLine(line, masks) ?? []);
}

function sizeOf(outputs: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const key in outputs) bytes += Buffer.byteLength(key) + Buffer.byteLength(outputs[key] ?? '');
  return bytes;
}

function fits(outputs: Run['outputs'], { key, value }: { key: string; value: string }): boolean {
  const { [key]: before, ...others } = Object.hasOwn(outputs, key) ? outputs : {};
  const isNew = before === undefined;
  if (isNew && Object.keys(outputs).length >= mostOutputs) return false;
  return sizeOf(isNew ? outputs : others) + sizeOf({ [key]: value }) <= outputsLimit;
}

const progressKey = '::progress';

type Valued = Extract<Report, { kind: 'progress' | 'output' }>;

function applyOne(run: Run, report: Report, attempt: number | undefined): Run {
  if (report.kind === 'mask') return withMask(run, report, attempt);
  // A new attempt starts afresh.
  if (attempt !== currentAttempt(run)?.number) return run;
  return report.kind === 'notice' ? withNotice(run, report) : withValue(run, report);
}

function withValue(run: Run, report: Valued): Run {
  const key = report.kind === 'progress' ? progressKey : report.key;
  const known = run.reportedAt && Object.hasOwn(run.reportedAt, key) ? run.reportedAt[key] : undefined;
  if (known !== undefined && (report.at < known || (report.at === known && wouldUnmask(run, report)))) return run;
  // Before anything is copied: a script may print a hundred thousand of them.
  if (report.kind === 'output' && !fits(run.outputs, report)) return withoutOutput(run, key);
  const reportedAt = { ...run.reportedAt, [key]: report.at };
  if (report.kind === 'progress')
    return { ...run, reportedAt, progress: { percent: report.percent, note: report.note } };
  return { ...run, reportedAt, outputs: { ...run.outputs, [key]: report.value } };
}

/** The same line again, of a batch that lacks its `::mask`. */
const wouldUnmask = (run: Run, report: Valued) =>
  report.kind === 'progress'
    ? isMaskedForm(run.progress?.note ?? '', report.note)
    : isMaskedForm(run.outputs[report.key] ?? '', report.value);

const tooMuch = `were left out: a run may have ${mostOutputs} outputs of ${outputsLimit} bytes together`;

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

/** Lines that were printed after it may have come before it: what they told is masked now. */
function withMask(run: Run, { at, value }: Extract<Report, { kind: 'mask' }>, attempt: number | undefined): Run {
  const { hide } = createMasks([value]);
  const isLater = (key: string) => (run.reportedAt?.[key] ?? 0) >= at;
  const outputs = Object.entries(run.outputs).map(([key, text]) => [key, isLater(key) ? hide(text) : text]);
  const { progress, notices } = run;
  const known = {
    ...run,
    outputs: Object.fromEntries(outputs),
    ...(progress && isLater(progressKey) ? { progress: { ...progress, note: hide(progress.note) } } : {}),
    ...(notices ? { notices: notices.map((one) => (one.at >= at ? { ...one, text: hide(one.text) } : one)) } : {}),
  };
  return attempt === undefined ? known : withMaskLine(known, attempt, at);
}

/**
 * The run with what lines of an attempt reported, by default the current one; undefined where nothing new was said. Old
 * lines that come again change nothing; of an earlier attempt only masks count.
 */
export function applyReports(
  run: Run,
  reports: readonly Report[],
  attempt = currentAttempt(run)?.number,
): Run | undefined {
  const next = reports.reduce((before, report) => applyOne(before, report, attempt), run);
  const told = ({ progress, outputs, reportedAt, note, notices, attempts }: Run) =>
    JSON.stringify([progress, outputs, reportedAt, note, notices, attempts.map(({ maskLines }) => maskLines)]);
  return told(next) === told(run) ? undefined : next;
}
