import type { PriceConfig } from '../../config/config.ts';
import { redactText } from '../../core/redact.ts';
import { toInstant } from '../../core/time.ts';
import { type Cost, sumOf } from '../../run/cost.ts';
import type { Run } from '../../run/run.ts';
import { cutTo, oneLine } from '../channels/text.ts';
import type { DigestOfRuns, JobCost, JobMissed } from './digest.ts';

/** What one job did in a period. */
export interface JobSummary {
  job: string;
  succeeded: number;
  failed: number;
  stopped: number;
  /** Of the latest failure. */
  cause?: string;
  missed?: JobMissed;
  /** Of the longest run. */
  ms?: number;
  cost: JobCost;
  /** Only its latest runs were read. */
  isCut: boolean;
}

/** Lines of one section; what is beyond is counted. */
export const mostLines = 20;
const mostOfBest = 5;
const mostFirings = 3;
const longestCause = 120;
/** As ECS gives it. */
const longestReason = 1024;

const failures: ReadonlySet<string> = new Set(['failed', 'timed-out', 'lost']);

interface JobRead {
  /** In the period. */
  ended: readonly Run[];
  /** In the period, what was skipped too. */
  asked: readonly Run[];
  /** Of those that ended, and of their items. */
  costs: readonly Cost[];
  isCut: boolean;
  /** Not all items were read. */
  isLeast: boolean;
}

export function summariseJob(
  job: string,
  { ended, asked, costs, isCut, isLeast }: JobRead,
  prices: PriceConfig,
): JobSummary {
  const failed = ended.filter(({ state }) => failures.has(state));
  const latest = failed.toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))[0]?.outcome?.cause;
  const cost = sumOf(costs, prices);
  const longest = Math.max(0, ...ended.map(({ startedAt, finishedAt = 0 }) => finishedAt - (startedAt ?? finishedAt)));
  const missed = missedOf(job, asked);
  return {
    job,
    succeeded: ended.filter(({ state }) => state === 'succeeded').length,
    failed: failed.length,
    stopped: ended.filter(({ state }) => state === 'stopped').length,
    ...(latest === undefined ? {} : { cause: cutTo(oneLine(redactText(latest, longestReason)), longestCause) }),
    ...(missed ? { missed } : {}),
    ...(longest > 0 ? { ms: longest } : {}),
    cost: {
      ...(cost.kind === 'estimate' ? { from: cost.from, to: cost.to } : { from: 0, to: 0 }),
      ...(isCut || isLeast ? { isLeast: true as const } : {}),
    },
    isCut,
  };
}

/** By when it was recorded that they are missed. */
function missedOf(job: string, recorded: readonly Run[]): JobMissed | undefined {
  const lapses = recorded.filter(({ state, trigger }) => state === 'skipped' && trigger.kind === 'expectation').length;
  const firings = recorded
    .filter(({ missed, outcome }) => missed !== undefined || outcome?.kind === 'missed')
    .flatMap(({ trigger }) => (trigger.kind === 'schedule' ? [toInstant(trigger.scheduledTime)] : []))
    .toSorted((a, b) => a - b);
  if (firings.length + lapses === 0) return undefined;
  return { job, count: firings.length + lapses, firings: firings.slice(0, mostFirings), lapses };
}

const byName = (a: { job: string }, b: { job: string }) => (a.job < b.job ? -1 : 1);

/** All jobs' together. */
export function digestOfRuns(jobs: readonly JobSummary[], { currency }: Pick<PriceConfig, 'currency'>): DigestOfRuns {
  const sum = (of: (job: JobSummary) => number) => jobs.reduce((all, job) => all + of(job), 0);
  const failing = jobs.filter(({ failed }) => failed > 0).toSorted((a, b) => b.failed - a.failed || byName(a, b));
  const missing = jobs
    .flatMap(({ missed }) => (missed ? [missed] : []))
    .toSorted((a, b) => b.count - a.count || byName(a, b));
  const [succeeded, failed, stopped] = [
    sum((job) => job.succeeded),
    sum((job) => job.failed),
    sum((job) => job.stopped),
  ];
  return {
    ...{ runs: succeeded + failed + stopped, succeeded, failed, stopped },
    cost: {
      ...{ currency, from: sum(({ cost }) => cost.from), to: sum(({ cost }) => cost.to) },
      ...(jobs.some(({ cost }) => cost.isLeast) ? { isLeast: true as const } : {}),
    },
    failures: failing.slice(0, mostLines).map(({ job, cause, ...counts }) => ({
      job,
      failed: counts.failed,
      runs: counts.succeeded + counts.failed + counts.stopped,
      ...(cause === undefined ? {} : { cause }),
    })),
    moreFailures: Math.max(0, failing.length - mostLines),
    missedInAll: missing.reduce((all, { count }) => all + count, 0),
    missed: missing.slice(0, mostLines),
    moreMissed: Math.max(0, missing.length - mostLines),
    slowest: jobs
      .flatMap(({ job, ms }) => (ms === undefined ? [] : [{ job, ms }]))
      .toSorted((a, b) => b.ms - a.ms || byName(a, b))
      .slice(0, mostOfBest),
    expensive: jobs
      .flatMap(({ job, cost }) => (cost.to > 0 ? [{ job, ...cost }] : []))
      .toSorted((a, b) => b.to - a.to || byName(a, b))
      .slice(0, mostOfBest),
    cut: jobs.flatMap(({ job, isCut }) => (isCut ? [job] : [])).toSorted(),
  };
}
