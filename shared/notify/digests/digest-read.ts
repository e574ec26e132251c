import type { Config } from '../../config/config.ts';
import { type Instant, iso, plus } from '../../core/time.ts';
import { type Cost, costOf } from '../../run/cost.ts';
import { inParallel } from '../../run/in-parallel.ts';
import type { Run } from '../../run/run.ts';
import { itemsOf } from '../../run/run-record.ts';
import type { Records } from '../../store/records.ts';
import type { Stores } from '../../store/stores.ts';
import { globMatches } from '../routes/routes.ts';
import type { Digest, DigestPeriod } from './digest.ts';
import { digestOfDeployments, summariseService } from './digest-deployments.ts';
import { digestOfRuns, endedIn, type JobSummary, summariseJob } from './digest-runs.ts';
import type { DigestDue } from './digests-due.ts';

export interface ReadDeps {
  stores: Pick<Stores, 'runs' | 'deployments'>;
  config: Pick<Config, 'jobs' | 'services' | 'scheduledTasks' | 'prices'>;
}

/** Of one job, of its fan-outs' items, or of one service. */
const mostRead = 500;
const [perPage, atOnce] = [100, 4];
const dayMs = 86_400_000;
/** Longer than a run waits before it begins. */
const waitMs = dayMs;
/** Longer than a deployment is held and takes. */
const heldMs = 31 * dayMs;

/** What there is to tell of the period, by the records as they are now. */
export async function readDigest(
  { scope, ...period }: DigestDue,
  deps: ReadDeps,
): Promise<Pick<Digest, 'deployments' | 'runs'>> {
  const { jobs, services, scheduledTasks, prices } = deps.config;
  const named = (glob: string | undefined, names: readonly string[]) =>
    glob === undefined ? undefined : names.filter((name) => globMatches(glob, name));
  const [runsOf, deploymentsOf] = [
    named(scope.jobs, Object.keys(jobs)),
    named(scope.services, [...Object.keys(services), ...Object.keys(scheduledTasks)]),
  ];
  const ofRuns = runsOf && (await inParallel(runsOf, atOnce, (job) => readJob(job, period, deps)));
  const ofServices =
    deploymentsOf && (await inParallel(deploymentsOf, atOnce, (name) => readService(name, period, scope.tag, deps)));
  return {
    ...(ofServices ? { deployments: digestOfDeployments(ofServices) } : {}),
    ...(ofRuns ? { runs: digestOfRuns(ofRuns, prices) } : {}),
  };
}

type Span = Pick<DigestPeriod, 'start' | 'end'>;

async function readJob(job: string, span: Span, { stores, config }: ReadDeps): Promise<JobSummary> {
  const longestMs = waitMs + (config.jobs[job]?.timeoutMs ?? 0);
  const { values: runs, isCut } = await readBack(stores.runs, `job#${job}`, span, longestMs);
  const ended = endedIn(span, runs);
  const items = await readItems(ended, stores);
  const costs: Cost[] = [...ended, ...items.values].map((run) => costOf(run, config.prices, span.end));
  return summariseJob(job, { runs, costs, isCut, isLeast: items.isCut }, span, config.prices);
}

/** A fan-out costs what its items do. */
async function readItems(runs: readonly Run[], { runs: records }: ReadDeps['stores']) {
  const values: Run[] = [];
  for (const { id, fanOut } of runs) {
    if (!fanOut) continue;
    for await (const item of newestFirst(records, itemsOf(id))) {
      if (values.length === mostRead) return { values, isCut: true };
      values.push(item);
    }
  }
  return { values, isCut: false };
}

async function readService(name: string, span: Span, tag: string | undefined, { stores }: ReadDeps) {
  const { values: deployments, isCut } = await readBack(stores.deployments, `service#${name}`, span, heldMs);
  return summariseService(name, { deployments, isCut }, span, tag);
}

/** Those asked for before the period's end, and so long before its start that none can have ended in it. */
async function readBack<Value extends { createdAt: Instant }>(
  records: Pick<Records<Value>, 'list'>,
  partition: string,
  { start, end }: Span,
  longestMs: number,
): Promise<{ values: Value[]; isCut: boolean }> {
  const values: Value[] = [];
  for await (const value of newestFirst(records, partition, iso(end))) {
    if (value.createdAt < plus(start, -longestMs)) break;
    if (values.length === mostRead) return { values, isCut: value.createdAt >= start };
    values.push(value);
  }
  return { values, isCut: false };
}

async function* newestFirst<Value>(
  { list }: Pick<Records<Value>, 'list'>,
  partition: string,
  upTo?: string,
): AsyncGenerator<Value> {
  let cursor: string | undefined;
  do {
    const from = { ...(upTo === undefined ? {} : { upTo }), ...(cursor === undefined ? {} : { cursor }) };
    const { values, next } = await list(partition, { limit: perPage, ...from });
    yield* values;
    cursor = next;
  } while (cursor !== undefined);
}
