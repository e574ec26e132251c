import type { LogLine } from '../aws/log-events.ts';
import { lastWithin } from '../core/last-within.ts';
import { redactedTail } from '../core/redact.ts';
import { createMasks, maskedBy } from './mask.ts';
import { knowsAllMasks } from './mask-lines.ts';
import type { Run } from './run.ts';

const mostLines = 15;
const lineLength = 200;
/** UTF-8, of all lines together: a record must stay small. */
const mostBytes = 2000;
/** More are looked at than are kept: keys over several lines are known by their beginning. */
const linesRead = 300;

const isFailure = ({ state }: Run) => state === 'failed' || state === 'timed-out';
/** `::progress` and the like are told in their own places, and `::mask` names what is to be hidden. */
const isReport = (message: string) => /^::(?:mask|progress|output|notice)\b/.test(message);

/**
 * A run that has failed with the last of the lines that it printed, for its news: what `::mask` lines name hidden,
 * also in lines before them, the rest redacted. `masked`: the values of the lines before those. Where not all masks
 * are known, it keeps none.
 */
export function withLastLines(run: Run, lines: readonly LogLine[], masked: readonly string[]): Run {
  if (!isFailure(run) || lines.length === 0 || !knowsAllMasks(run)) return run;
  const { hide } = createMasks([...masked, ...lines.flatMap(({ message }) => maskedBy(message.trimEnd()) ?? [])]);
  const texts = lines.flatMap(({ message }) => (isReport(message) || message.trim() === '' ? [] : [message]));
  const logTail = lastWithin(redactedTail(texts.slice(-linesRead).map(hide), mostLines, lineLength), mostBytes);
  return logTail.length > 0 ? { ...run, logTail } : run;
}
