import type { FiringView } from '../../shared/api/schedule.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, tell } from '../arguments.ts';
import { UsageError } from '../command.ts';
import { localTime, table } from '../print.ts';

/** A schedule of every minute has more in a week. */
const mostShown = 500;

export const schedule = apiCommand({
  name: 'schedule',
  synopsis: `[--days N] [--job JOB] ${apiSynopsis}`,
  summary: 'what will fire when, in the next 7 days or N',
  options: { days: { type: 'string', default: '7' }, job: { type: 'string' } },
  names: [0, 0],
  async act({ values: { days, job }, json }, api, terminal) {
    if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > 400)
      throw new UsageError(`--days ${days} is not a whole number from 1 to 400`);
    const { firings, isCut } = await firingsOf(api, Number(days), job);
    tell(terminal, json, { firings, isCut }, () => [
      ...firingTable(firings),
      ...(isCut ? [`the first ${firings.length}; --job or fewer --days show the rest`] : []),
    ]);
    return 0;
  },
});

interface Page {
  from: string;
  firings: FiringView[];
  cursor?: string;
}

/** The API's clock counts: the first page says when it begins. */
async function firingsOf(api: Api, days: number, job: string | undefined) {
  const { from } = (await api.get('/schedule?limit=1')) as Page;
  const to = new Date(Date.parse(from) + days * 86_400_000).toISOString();
  const firings: FiringView[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      from,
      to,
      limit: '100',
      ...(job ? { job } : {}),
      ...(cursor ? { cursor } : {}),
    });
    const page = (await api.get(`/schedule?${query}`)) as Page;
    firings.push(...page.firings);
    cursor = page.cursor;
  } while (cursor && firings.length < mostShown);
  return { firings, isCut: cursor !== undefined };
}

function firingTable(firings: readonly FiringView[]): string[] {
  if (firings.length === 0) return ['nothing fires'];
  const rows = firings.map(({ at, job, schedule: name, params, windowMinutes, approximate, paused }) => [
    localTime(at),
    job,
    name,
    Object.keys(params).length > 0 ? JSON.stringify(params) : '',
    [
      paused && 'paused: starts nothing',
      windowMinutes && `within ${windowMinutes} min`,
      approximate && 'about: a rate counts from when its schedule was made',
    ]
      .filter(Boolean)
      .join(', '),
  ]);
  return table([['AT', 'JOB', 'SCHEDULE', 'PARAMETERS', ''], ...rows]);
}
