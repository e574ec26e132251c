import type { readCost, readRunCost } from '../../shared/api/costs.ts';
import type { JobSummary } from '../../shared/api/job-view.ts';
import { allPages } from '../all-pages.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, tell } from '../arguments.ts';
import { UsageError } from '../command.ts';
import { lengthInWords, table } from '../print.ts';
import { costInWords } from '../run-lines.ts';

type Page = Awaited<ReturnType<typeof readCost>>;
type JobCost = Omit<Page, 'cursor'>;
type RunPage = Awaited<ReturnType<typeof readRunCost>>;
type Amount = Extract<JobCost['cost'], { currency: string }>;

export const costs = apiCommand({
  name: 'costs',
  synopsis: `[--month 2026-11] [--job JOB] ${apiSynopsis}
      batuta costs --run RUN ${apiSynopsis}`,
  summary:
    'what the runs of a month (UTC) cost by the price table, by job, or one run with its items; an estimate, of Spot a range',
  options: { month: { type: 'string' }, job: { type: 'string' }, run: { type: 'string' } },
  names: [0, 0],
  async act({ values: { month, job, run }, json }, api, terminal) {
    if (run !== undefined) {
      if (month !== undefined || job !== undefined)
        throw new UsageError('--run stands alone: without --month and --job');
      const cost = await summed<RunPage>(api, `/runs/${encodeURIComponent(run)}/cost`, {});
      tell(terminal, json, cost, () => [runCostLine(cost)]);
      return 0;
    }
    const names = job === undefined ? await everyJob(api) : [job];
    const all: JobCost[] = [];
    for (const name of names) all.push(await costOf(api, name, month));
    tell(terminal, json, { costs: all }, () => costTable(all));
    return 0;
  },
});

const everyJob = async (api: Api) => (await allPages<JobSummary>(api, '/jobs', 'jobs')).map(({ name }) => name);

const costOf = (api: Api, job: string, month: string | undefined): Promise<JobCost> =>
  summed<Page>(api, `/jobs/${encodeURIComponent(job)}/cost`, month ? { month } : {});

type Counted = Pick<Page, 'runs' | 'seconds' | 'cost' | 'cursor'>;

/** Every page, added up. */
async function summed<P extends Counted>(api: Api, path: string, asked: Record<string, string>) {
  let sum: Omit<P, 'cursor'> | undefined;
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ ...asked, ...(cursor ? { cursor } : {}) });
    const { cursor: next, ...page } = (await api.get(`${path}?${query}`)) as P;
    sum = sum
      ? { ...page, runs: sum.runs + page.runs, seconds: sum.seconds + page.seconds, cost: add(sum.cost, page.cost) }
      : page;
    cursor = next;
  } while (cursor);
  return sum;
}

function runCostLine({ runs, seconds, cost }: Omit<RunPage, 'cursor'>): string {
  const tasks = runs === 1 ? 'one run with tasks' : `${runs} runs with tasks`;
  return `${costInWords(cost)}, estimated: ${tasks}, ${timeOf(seconds)} in all`;
}

function add(a: JobCost['cost'], b: JobCost['cost']): JobCost['cost'] {
  if ('note' in a) return b;
  return 'note' in b ? a : { currency: a.currency, from: a.from + b.from, to: a.to + b.to };
}

function costTable(all: readonly JobCost[]): string[] {
  if (all.length === 0) return ['batuta.yml has no jobs'];
  const known = all.flatMap(({ cost }): Amount[] => ('note' in cost ? [] : [cost]));
  const rows = all.map(({ job, runs, seconds, cost }) => [job, `${runs}`, timeOf(seconds), costInWords(cost)]);
  const [first] = known;
  const total = first && [
    [
      'total',
      sumOf(all, 'runs'),
      timeOf(Number(sumOf(all, 'seconds'))),
      costInWords(known.reduce((a, b) => add(a, b) as Amount)),
    ],
  ];
  return [`${all[0]?.month} (UTC), estimated`, ...table([['JOB', 'RUNS', 'TIME', 'COST'], ...rows, ...(total ?? [])])];
}

/** Of hours, the seconds are left out. */
const timeOf = (seconds: number) => lengthInWords(seconds < 3600 ? seconds : Math.round(seconds / 60) * 60);
const sumOf = (all: readonly JobCost[], field: 'runs' | 'seconds') =>
  `${all.reduce((sum, cost) => sum + cost[field], 0)}`;
