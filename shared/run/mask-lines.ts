import type { LogStream } from '../aws/log-events.ts';
import type { Instant } from '../core/time.ts';
import { logStreamOf, taskIdOf } from './attempts.ts';
import type { Attempt, Run } from './run.ts';

/** Where a `::mask` line stands. What it names is kept nowhere: whoever needs it reads the line again. */
export interface MaskLine extends LogStream {
  at: Instant;
}

/** Of an attempt, the first ones. */
const mostKept = 50;
const tooMany = `more than ${mostKept} ::mask lines: what those after them name may show in lines that come later`;

/** Whether each `::mask` line is noted: those after the first ones are not. */
export const knowsAllMasks = ({ attempts }: Pick<Run, 'attempts'>): boolean =>
  attempts.every(({ maskLines = [] }) => maskLines.length < mostKept);

function noted({ maskLines = [], ...attempt }: Attempt, at: Instant): Attempt {
  return { ...attempt, maskLines: [...maskLines, at].toSorted((a, b) => a - b).slice(0, mostKept) };
}

/** The run, knowing of one more `::mask` line of an attempt; the very same run where that is not news. */
export function withMaskLine(run: Run, number: number, at: Instant): Run {
  const attempt = run.attempts.find((one) => one.number === number);
  const { maskLines = [] } = attempt ?? {};
  if (!attempt || maskLines.includes(at)) return run;
  const isFull = maskLines.length >= mostKept;
  if (isFull && run.note !== undefined && at > Math.max(...maskLines)) return run;
  const attempts = run.attempts.map((one) => (one === attempt ? noted(one, at) : one));
  return { ...run, attempts, ...(isFull ? { note: run.note ?? tooMany } : {}) };
}

/**
 * The `::mask` lines that hold for what an attempt printed at `at` and later: those of attempts before it, and its own
 * up to that millisecond. `stream` is its own, of which the run may not know yet.
 */
export function maskLinesBefore(
  run: Run,
  { attempt, stream }: { attempt: number; stream: string },
  at: Instant,
): MaskLine[] {
  return run.attempts.flatMap(({ number, logGroup, taskArn, maskLines = [] }) => {
    const own = number === attempt ? stream : taskArn && logStreamOf(run.job, taskIdOf(taskArn));
    if (!own || number > attempt) return [];
    const before = maskLines.filter((line) => number < attempt || line <= at);
    return before.map((line) => ({ group: logGroup, stream: own, at: line }));
  });
}
