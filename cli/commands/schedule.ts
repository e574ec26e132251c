import type { FiringView, FrequentView } from '../../shared/api/schedule.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { UsageError } from '../command.ts';
import { lengthInWords, localTime, table } from '../print.ts';

const mostShown = 500;

export const schedule = apiCommand({
  name: 'schedule',
  synopsis: `[--days N] [--job JOB] [--all] ${apiSynopsis}`,
  summary: 'what will fire when, in the next 7 days or N; with --all each time of what fires often',
  options: { days: { type: 'string', default: '7' }, job: { type: 'string' }, all: { type: 'boolean' } },
  names: [0, 0],
  async act({ values: { days, job, all }, json }, api, terminal) {
    if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > 400)
      throw new UsageError(`--days ${days} is not a whole number from 1 to 400`);
    const found = await firingsOf(api, Number(days), given({ job, fold: !all }));
    tell(terminal, json, found, ({ frequent, firings, isCut }) => [
      ...firingTable([...frequent, ...firings]),
      ...(isCut ? [`and more after ${localTime(firings.at(-1)?.at ?? '')}; --job or fewer --days show them`] : []),
    ]);
    return 0;
  },
});

interface Page {
  from: string;
  frequent?: FrequentView[];
  firings: FiringView[];
  cursor?: string;
}

/** The API's clock counts: the first page says when it begins. */
async function firingsOf(api: Api, days: number, asked: Record<string, unknown>) {
  const { from } = (await api.get('/schedule?limit=1')) as Page;
  const to = new Date(Date.parse(from) + days * 86_400_000).toISOString();
  const [frequent, firings]: [FrequentView[], FiringView[]] = [[], []];
  let cursor: string | undefined;
  do {
    const query = { from, to, limit: '100', ...asked, ...(cursor ? { cursor } : {}) };
    const page = (await api.get(`/schedule?${new URLSearchParams(query)}`)) as Page;
    frequent.push(...(page.frequent ?? []));
    firings.push(...page.firings);
    cursor = page.cursor;
  } while (cursor && firings.length < mostShown);
  return { frequent, firings, isCut: cursor !== undefined };
}

/** `every 5 min, 2 016 times until …`; of one that rests at night `45 times until …`. */
function oftenInWords({ times, last, everySeconds }: FrequentView): string {
  const rhythm = everySeconds ? `every ${everySeconds === 60 ? 'minute' : lengthInWords(everySeconds)}` : '';
  const count = `${times}`.replace(/\B(?=(\d{3})+$)/g, ' ');
  return [rhythm, `${count} times ${last ? `until ${localTime(last)}` : 'and more'}`].filter(Boolean).join(', ');
}

function noteOf(firing: FiringView | FrequentView): string {
  const notes = [
    'times' in firing && oftenInWords(firing),
    firing.paused && 'paused: starts nothing',
    firing.windowMinutes && `within ${firing.windowMinutes} min`,
    firing.approximate && 'about: a rate counts from when its schedule was made',
  ];
  return notes.filter(Boolean).join(', ');
}

function firingTable(firings: readonly (FiringView | FrequentView)[]): string[] {
  if (firings.length === 0) return ['nothing fires'];
  const rows = firings.map((firing) => {
    const { at, job, schedule: name, params } = firing;
    return [localTime(at), job, name, Object.keys(params).length > 0 ? JSON.stringify(params) : '', noteOf(firing)];
  });
  return table([['AT', 'JOB', 'SCHEDULE', 'PARAMETERS', ''], ...rows]);
}
