import type { readCost } from '../../shared/api/costs.ts';
import type { JobSummary } from '../../shared/api/job-view.ts';
import { allPages } from '../all-pages.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, tell } from '../arguments.ts';
import { lengthInWords, table } from '../print.ts';
import { costInWords } from '../run-lines.ts';

type Page = Awaited<ReturnType<typeof readCost>>;
type JobCost = Omit<Page, 'cursor'>;
type Amount = Extract<JobCost['cost'], { currency: string }>;

export const costs = apiCommand({
  name: 'costs',
  synopsis: `[--month 2026-11] [--job JOB] ${apiSynopsis}`,
  summary: 'what the runs of a month (UTC) cost by the price table, by job; an estimate, of Spot a range',
  options: { month: { type: 'string' }, job: { type: 'string' } },
  names: [0, 0],
  async act({ values: { month, job }, json }, api, terminal) {
    const names = job === undefined ? await everyJob(api) : [job];
    const all: JobCost[] = [];
    for (const name of names) all.push(await costOf(api, name, month));
    tell(terminal, json, { costs: all }, () => costTable(all));
    return 0;
  },
});

const everyJob = async (api: Api) => (await allPages<JobSummary>(api, '/jobs', 'jobs')).map(({ name }) => name);

async function costOf(api: Api, job: string, month: string | undefined): Promise<JobCost> {
  let sum: JobCost | undefined;
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ ...(month ? { month } : {}), ...(cursor ? { cursor } : {}) });
    const { cursor: next, ...page } = (await api.get(`/jobs/${encodeURIComponent(job)}/cost?${query}`)) as Page;
    sum = sum
      ? { ...page, runs: sum.runs + page.runs, seconds: sum.seconds + page.seconds, cost: add(sum.cost, page.cost) }
      : page;
    cursor = next;
  } while (cursor);
  return sum;
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
