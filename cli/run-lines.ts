import type { CostView } from '../shared/api/cost-view.ts';
import type { RunSummary, RunView } from '../shared/api/run-view.ts';
import { facts, lengthInWords, localTime, table } from './print.ts';

type Trigger = RunSummary['trigger'];

function triggerInWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'api':
      return `by ${trigger.caller}`;
    case 'schedule':
      return 'schedule';
    case 'deployment':
      return `${trigger.phase} ${trigger.service} (${trigger.deployment})`;
    case 'job':
      return `${trigger.as} of ${trigger.job} (${trigger.run})`;
    case 'item':
      return `item ${trigger.index} of ${trigger.parent}`;
    case 'expectation':
      return `nothing succeeded since ${localTime(trigger.since)}`;
    default:
      return trigger satisfies never;
  }
}

/** `0.0120 USD`, `0.0036 to 0.0120 USD`. */
export function costInWords(cost: CostView): string {
  if ('note' in cost) return cost.note;
  const [from, to] = [amount(cost.from), amount(cost.to)];
  return `${from === to ? from : `${from} to ${to}`} ${cost.currency}`;
}

/** Fractions of a cent matter only below a unit of the currency. */
const amount = (value: number) => value.toFixed(value >= 1 || value === 0 ? 2 : 4);

/** What it waits for, how far it is, or why it ended so. */
export function whyOf({ state, waitsUntil, waitingFor, progress, fanOut, outcome }: RunSummary): string {
  const until = waitsUntil && state === 'queued' ? `waits until ${localTime(waitsUntil)}` : '';
  const items = fanOut && `${fanOut.succeeded} of ${fanOut.total} items succeeded, ${fanOut.failed} failed`;
  const far = progress && !fanOut ? `${progress.percent} %${progress.note ? ` ${progress.note}` : ''}` : '';
  return [outcome?.cause ?? far, outcome ? '' : items, waitingFor, until].filter(Boolean).join('; ');
}

/** One line each: when, what, by whom, what became of it. */
export function runTable(runs: readonly RunSummary[]): string[] {
  if (runs.length === 0) return ['no runs'];
  const rows = runs.map((run) => [
    localTime(run.createdAt ?? ''),
    run.job,
    run.state,
    triggerInWords(run.trigger),
    run.id,
    whyOf(run),
  ]);
  return table([['ASKED', 'JOB', 'STATE', 'TRIGGER', 'ID', 'WHY'], ...rows]);
}

function attemptLine({
  number,
  intendedAt,
  exitCode,
  outcome,
  refused,
  seconds,
  stoppedAt,
  fallback,
}: Attempt): string {
  const how = refused
    ? `was refused: ${refused}`
    : outcome
      ? outcome.cause
      : stoppedAt
        ? `exit code ${exitCode ?? 'unknown'}`
        : 'goes on';
  const length = seconds === undefined ? '' : `, ${lengthInWords(seconds)}`;
  return `  ${number}  ${intendedAt ? localTime(intendedAt) : ''}${length}${fallback ? ', on fallback capacity' : ''}: ${how}`;
}
type Attempt = RunView['attempts'][number];

const json = (value: object) => (Object.keys(value).length > 0 ? JSON.stringify(value) : undefined);
const when = (at: string | undefined) => at && localTime(at);

function fanOutLine({ fanOut }: RunSummary): string | undefined {
  if (!fanOut) return undefined;
  const { total, succeeded, failed, stopped, active, maxParallel, failFast } = fanOut;
  const halted = stopped > 0 ? `, ${stopped} stopped` : '';
  const counts = `${succeeded} of ${total} succeeded, ${failed} failed${halted}, ${active} under way`;
  return `${counts}; ${maxParallel} at once${failFast ? ', the first failure stops the rest' : ''}`;
}

/** With the run's own id, to be pasted. */
const hintOf = (hint: string, id: string) =>
  hint
    .replace(/\b(runs|retry) RUN\b/g, (_, verb) => `${verb} ${id}`)
    .replace(/^read the log$/, () => `read the log: batuta logs ${id}`);

/** The whole of one run. */
export function runLines(run: RunView): string[] {
  const { attempts, outcome, notices = [], next = [], progress, cost, waitsUntil } = run;
  return [
    `${run.job}: ${run.state}`,
    ...facts([
      ['id', run.id],
      ['trigger', triggerInWords(run.trigger)],
      ['retry of', run.retryOf],
      ['parameters', json(run.params)],
      ['per item', run.fanOut?.vary?.join(', ')],
      ['asked', when(run.createdAt)],
      ['waits until', when(waitsUntil)],
      ['waits for', run.waitingFor],
      ['started', when(run.startedAt)],
      ['ended', when(run.finishedAt)],
      ['deadline', run.finishedAt ? undefined : when(run.deadlineAt)],
      ['items', fanOutLine(run)],
      ['progress', progress && `${progress.percent} %${progress.note ? ` ${progress.note}` : ''}`],
      ['outputs', json(run.outputs)],
      ['why', outcome?.cause],
      ['what to do', outcome && hintOf(outcome.hint, run.id)],
      ['missed', run.missed],
      ['late', run.late && `${run.late.why}, told ${when(run.late.at)}`],
      ['note', run.note],
      ['cost', cost ? costInWords(cost) : run.fanOut && `batuta costs --run ${run.id}`],
      ...next.map(({ job, as, run: id }): [string, string] => [as, `${job} (${id})`]),
    ]),
    ...(attempts.length > 0 ? ['attempts', ...attempts.map(attemptLine)] : []),
    ...(notices.length > 0 ? ['notices', ...notices.map(({ at, text }) => `  ${when(at)} ${text}`)] : []),
  ];
}
