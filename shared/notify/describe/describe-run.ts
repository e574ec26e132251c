import type { Severity } from '../../config/config.ts';
import { countsOf } from '../../run/decide-fan-out.ts';
import { spanInWords } from '../../run/expect.ts';
import { type Run, terminalRunStates } from '../../run/run.ts';
import { isToldElsewhere } from '../alerts/trouble-of-run.ts';
import { inWords, type Message } from '../message.ts';
import type { NewsKind } from '../news-kind.ts';
import { runActions, runLinks, runLogTails } from './run-actions.ts';
import { runFacts } from './run-facts.ts';

/** One piece of a run's news; without `severity` and the like it is the run's own end. */
interface News {
  severity: Severity;
  title: string;
  news: string;
  at: number;
  cause?: string | undefined;
  hint?: string | undefined;
}

/** A run's news: undefined while there is nothing that people need to hear. */
export function describeRun(run: Run): Message | undefined {
  const news = isToldElsewhere(run) ? undefined : newsOf(run);
  if (!news) return undefined;
  const { cause, hint, ...told } = news;
  const kind = `run-${told.news.replace(/-alone$/, '')}` as NewsKind;
  const tails = runLogTails(run);
  return {
    kind,
    ...told,
    subject: run.job,
    ...(cause ? { cause } : {}),
    // What made the hint knows the run by no name.
    ...(hint ? { hint: hint.replaceAll('batuta retry RUN', `batuta retry ${run.id}`) } : {}),
    facts: runFacts(run),
    ...(tails.length > 0 ? { logTails: tails } : {}),
    links: runLinks(run),
    actions: runActions(run),
    ...incidentOf(run, news),
    ...(kind === 'run-recovered' ? { closes: 'error' } : {}),
    ...(terminalRunStates.has(run.state) ? {} : { ongoing: true }),
  };
}

/** A trouble of its job, until a run of it succeeds. */
function incidentOf({ job, state }: Run, { severity, news }: News): Pick<Message, 'incident'> {
  const key = `job:${job}`;
  if (state === 'succeeded' || news === 'recovered') return { incident: { key, state: 'closed' } };
  const isTrouble = severity === 'error' || (severity === 'warning' && news === 'skipped');
  return isTrouble ? { incident: { key, state: 'open' } } : {};
}

function newsOf(run: Run): News | undefined {
  const { state } = run;
  switch (state) {
    case 'queued':
      return missedNews(run) ?? lateNews(run);
    case 'launching':
    case 'starting':
      return missedNews(run);
    case 'running':
      return missedNews(run) ?? startedNews(run);
    case 'skipped':
      return skippedNews(run);
    case 'succeeded':
    case 'failed':
    case 'timed-out':
    case 'stopped':
    case 'lost':
      return endNews(run, state);
    default:
      return state satisfies never;
  }
}

/** The sweep started what no schedule did; its end is news again. */
function missedNews({ job, missed, toldWith, createdAt }: Run): News | undefined {
  if (missed === undefined || toldWith) return undefined;
  const title = `${job} missed its schedule and is started now`;
  return { severity: 'warning', title, news: 'missed', cause: missed, at: createdAt };
}

function startedNews({ job, fanOut, startedAt, createdAt }: Run): News {
  const items = fanOut ? ` with ${fanOut.total} items` : '';
  return { severity: 'info', title: `${job} has started${items}`, news: 'started', at: startedAt ?? createdAt };
}

function lateNews({ job, late, trigger }: Run): News | undefined {
  if (!late || trigger.kind !== 'schedule') return undefined;
  const title = `${job} is late: it was to start at ${trigger.scheduledTime}`;
  return { severity: 'warning', title, news: 'late', cause: late.why, at: late.at };
}

/**
 * A pause was meant, and `overlap: skip` too: both only show in the list of runs. A full queue was not
 * foreseen, and what was missed is as bad as a failure.
 */
const silent: ReadonlySet<string> = new Set(['paused', 'overlap']);

function skippedNews(run: Run): News | undefined {
  const { job, outcome, toldWith, trigger, finishedAt, createdAt } = run;
  if (toldWith) return undefined;
  const at = finishedAt ?? createdAt;
  const why = { cause: outcome?.cause, hint: outcome?.hint };
  if (outcome && silent.has(outcome.kind))
    // Who heard that it is late must not think that it still is.
    return run.late || run.missed
      ? { severity: 'info', title: `${job} was skipped`, news: 'skipped', ...why, at }
      : undefined;
  if (trigger.kind === 'expectation') {
    const title = `${job} has not succeeded for ${spanInWords(run.spec.expectMs ?? at - Date.parse(trigger.since))}`;
    return { severity: 'error', title, news: 'missed', ...why, at };
  }
  if (outcome?.kind === 'missed')
    return { severity: 'error', title: `${job} missed its schedule`, news: 'missed', ...why, at };
  return { severity: 'warning', title: `${job} was skipped`, news: 'skipped', ...why, at };
}

type End = 'succeeded' | 'failed' | 'timed-out' | 'stopped' | 'lost';

const ends: Record<End, { verb: string; severity: Severity }> = {
  succeeded: { verb: 'succeeded', severity: 'info' },
  failed: { verb: 'failed', severity: 'error' },
  'timed-out': { verb: 'timed out', severity: 'error' },
  stopped: { verb: 'was stopped', severity: 'warning' },
  lost: { verb: 'was lost', severity: 'error' },
};

/** As the job's `overlap: replace` wants it. */
const isReplaced = ({ state, stop }: Run) => state === 'stopped' && stop?.by === 'replaced';

/** The end is told before its chain is looked at, and once more, whole, where that is broken. */
function endNews(run: Run, state: End): News | undefined {
  const { startedAt, finishedAt, outcome, notStarted = [] } = run;
  if (finishedAt === undefined) return undefined;
  const took = startedAt === undefined ? '' : ` after ${inWords(finishedAt - startedAt)}`;
  const title = `${endTitle(run, state)}${took}`;
  const end = { title, news: state, cause: outcome?.cause, hint: outcome?.hint, at: finishedAt };
  const severity = isReplaced(run) ? 'info' : ends[state].severity;
  if (notStarted.length === 0) return { ...end, severity };
  return {
    ...end,
    severity: severity === 'info' ? 'warning' : severity,
    title: `${title}, and ${notStarted.join(', ')} was not started after it`,
    news: `${state}-alone`,
  };
}

function endTitle({ job, fanOut }: Run, state: End): string {
  const counts = fanOut && countsOf(fanOut);
  if (state === 'failed' && counts && counts.failed > 0)
    return `${job}: ${counts.failed} of ${counts.total} items failed`;
  if (state === 'succeeded' && counts) return `${job} succeeded with ${counts.total} items`;
  return `${job} ${ends[state].verb}`;
}
