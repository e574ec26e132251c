import type { listItems } from '../../shared/api/list-items.ts';
import type { RunSummary, RunView } from '../../shared/api/run-view.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { type Terminal, UsageError } from '../command.ts';
import { followRun } from '../follow-run.ts';
import { table } from '../print.ts';
import { runLines, runTable } from '../run-lines.ts';
import { startedInWords } from './run.ts';

type Page = { runs: RunSummary[]; cursor?: string };
type Items = Awaited<ReturnType<typeof listItems>>;

const pathOf = (id: string) => `/runs/${encodeURIComponent(id)}`;
const queryOf = (values: Record<string, unknown>) => new URLSearchParams(given(values) as Record<string, string>);
const more = (cursor: string | undefined) => (cursor ? [`more: --cursor ${cursor}`] : []);

export const runs = apiCommand({
  name: 'runs',
  synopsis: `[RUN [--items]] [--job JOB] [--state STATE,…] [--limit N] [--cursor CURSOR] ${apiSynopsis}`,
  summary: 'the last runs, of one job or of all, or the whole of one run; with --items the items of a fan-out',
  options: {
    job: { type: 'string' },
    state: { type: 'string' },
    limit: { type: 'string' },
    cursor: { type: 'string' },
    items: { type: 'boolean' },
  },
  names: [0, 1],
  async act({ names: [id], values, json }, api, terminal) {
    const { items = false, ...query } = values;
    if (id !== undefined && items) return showItems(api, id, query, terminal, json);
    if (items) throw new UsageError('--items are of one run: batuta runs RUN --items');
    if (id !== undefined) {
      const answer = (await api.get(pathOf(id))) as { run: RunView };
      tell(terminal, json, answer, ({ run }) => runLines(run));
      return 0;
    }
    const page = (await api.get(`/runs?${queryOf(query)}`)) as Page;
    tell(terminal, json, page, ({ runs: listed, cursor }) => [...runTable(listed), ...more(cursor)]);
    return 0;
  },
});

async function showItems(
  api: Api,
  id: string,
  { job: _, ...query }: Record<string, unknown>,
  terminal: Terminal,
  json: boolean,
): Promise<number> {
  const page = (await api.get(`${pathOf(id)}/items?${queryOf(query)}`)) as Items;
  tell(terminal, json, page, ({ items, cursor }) => [
    ...table([
      ['ITEM', 'STATE', 'PARAMETERS', 'ID'],
      ...items.map(({ index, state, item, run }) => [`${index}`, state, JSON.stringify(item), run ?? '']),
    ]),
    ...more(cursor),
  ]);
  return 0;
}

export const stop = apiCommand({
  name: 'stop',
  synopsis: `RUN [--reason TEXT] ${apiSynopsis}`,
  summary: 'stop a run: one that waits is removed, one that goes on gets SIGTERM and, after stopTimeout, SIGKILL',
  options: { reason: { type: 'string' } },
  names: [1, 1],
  async act({ names: [id = ''], values: { reason }, json }, api, terminal) {
    const answer = (await api.post(`${pathOf(id)}/stop`, given({ reason }))) as { run: RunView };
    tell(terminal, json, answer, ({ run }) => [
      run.finishedAt
        ? `${run.job} is ${run.state}`
        : `${run.job} is being stopped; batuta logs ${id} --follow shows its end`,
    ]);
    return 0;
  },
});

export const retry = apiCommand({
  name: 'retry',
  synopsis: `RUN [--follow] ${apiSynopsis}`,
  summary: 'start a run again with the same parameters; of a fan-out the items that did not succeed',
  options: { follow: { type: 'boolean', short: 'f' } },
  names: [1, 1],
  async act({ names: [id = ''], values: { follow: follows }, json }, api, terminal) {
    const answer = (await api.post(`${pathOf(id)}/retry`, {})) as { run: RunView };
    if (follows) return followRun(api, answer.run, terminal, json);
    tell(terminal, json, answer, ({ run }) => [startedInWords(run)]);
    return 0;
  },
});
