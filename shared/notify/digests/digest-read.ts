import type { Config } from '../../config/config.ts';
import { iso } from '../../core/time.ts';
import { type Cost, costOf } from '../../run/cost.ts';
import { inParallel } from '../../run/in-parallel.ts';
import type { Run } from '../../run/run.ts';
import { itemsOf } from '../../run/run-record.ts';
import type { ListPage, Records } from '../../store/records.ts';
import type { Stores } from '../../store/stores.ts';
import { globMatches } from '../routes/routes.ts';
import type { Digest, DigestPeriod } from './digest.ts';
import { digestOfDeployments, summariseService } from './digest-deployments.ts';
import type { NamesSeen } from './digest-names.ts';
import { digestOfRuns, type JobSummary, summariseJob } from './digest-runs.ts';
import type { DigestDue } from './digests-due.ts';

export interface ReadDeps {
  stores: Pick<Stores, 'runs' | 'deployments'>;
  config: Pick<Config, 'jobs' | 'services' | 'scheduledTasks' | 'prices'>;
}

/** Of one job, of its fan-outs' items, or of one service. */
const mostRead = 500;
const [perPage, atOnce] = [100, 4];

/** What there is to tell of the period, of all that is in batuta.yml and was lately, by the records as they are now. */
export async function readDigest(
  { scope, ...period }: DigestDue,
  names: NamesSeen,
  deps: ReadDeps,
): Promise<Pick<Digest, 'deployments' | 'runs'>> {
  const named = (glob: string | undefined, seen: Readonly<Record<string, unknown>>) =>
    glob === undefined ? undefined : Object.keys(seen).filter((name) => globMatches(glob, name));
  const [runsOf, deploymentsOf] = [named(scope.jobs, names.jobs), named(scope.services, names.services)];
  const ofRuns = runsOf && (await inParallel(runsOf, atOnce, (job) => readJob(job, period, deps)));
  const ofServices =
    deploymentsOf && (await inParallel(deploymentsOf, atOnce, (name) => readService(name, period, scope.tag, deps)));
  return {
    ...(ofServices ? { deployments: digestOfDeployments(ofServices) } : {}),
    ...(ofRuns ? { runs: digestOfRuns(ofRuns, deps.config.prices) } : {}),
  };
}

type Span = Pick<DigestPeriod, 'start' | 'end'>;

async function readJob(job: string, span: Span, { stores: { runs }, config }: ReadDeps): Promise<JobSummary> {
  const [ended, asked] = await Promise.all([
    readPeriod(runs.listEnded, `job#${job}`, span),
    readPeriod(runs.list, `job#${job}`, span),
  ]);
  const items = await readItems(ended.values, runs);
  const costs: Cost[] = [...ended.values, ...items.values].map((run) => costOf(run, config.prices, span.end));
  const read = { ended: ended.values, asked: asked.values, costs };
  return summariseJob(job, { ...read, isCut: ended.isCut || asked.isCut, isLeast: items.isCut }, config.prices);
}

/** A fan-out costs what its items do. */
async function readItems(ended: readonly Run[], { list }: ReadDeps['stores']['runs']) {
  const values: Run[] = [];
  for (const { id, fanOut } of ended) {
    if (!fanOut) continue;
    for await (const item of newestFirst(list, itemsOf(id))) {
      if (values.length === mostRead) return { values, isCut: true };
      values.push(item);
    }
  }
  return { values, isCut: false };
}

async function readService(name: string, span: Span, tag: string | undefined, { stores }: ReadDeps) {
  const { values: deployments, isCut } = await readPeriod(stores.deployments.listEnded, `service#${name}`, span);
  return summariseService(name, { deployments, isCut }, tag);
}

type List<Value> = Records<Value>['list'];

/** What is listed with a time in the period; of more than 500 the latest. */
async function readPeriod<Value>(
  list: List<Value>,
  partition: string,
  { start, end }: Span,
): Promise<{ values: Value[]; isCut: boolean }> {
  const values: Value[] = [];
  // A sort key is a time and an id, so that one of the end itself comes after the end alone.
  for await (const value of newestFirst(list, partition, { from: iso(start), upTo: iso(end) })) {
    if (values.length === mostRead) return { values, isCut: true };
    values.push(value);
  }
  return { values, isCut: false };
}

async function* newestFirst<Value>(
  list: List<Value>,
  partition: string,
  bounds: Pick<ListPage, 'from' | 'upTo'> = {},
): AsyncGenerator<Value> {
  let cursor: string | undefined;
  do {
    const { values, next } = await list(partition, { limit: perPage, ...bounds, ...(cursor ? { cursor } : {}) });
    yield* values;
    cursor = next;
  } while (cursor !== undefined);
}
