import { BadRequest } from '../core/errors.ts';
import { itemRunId } from '../run/fan-out.ts';
import { chunkSize, type FanOutItem, fanOutStore } from '../run/fan-out-store.ts';
import type { FanOut, Run } from '../run/run.ts';
import type { ApiDeps } from './app.ts';
import { cursorAfter, cursorOf, limitOf } from './pages.ts';
import { wrongField } from './ship.ts';

/** `active`: it is a run that goes on; `waiting`: not yet one, in an ended fan-out `not-started`. */
interface ItemView {
  index: number;
  item: FanOutItem;
  state: string;
  run?: string;
}

const itemStates = [
  'succeeded',
  'failed',
  'timed-out',
  'stopped',
  'lost',
  'skipped',
  'active',
  'waiting',
  'not-started',
];

/** So many chunks are read for one page. */
const mostChunks = 20;

/** A fan-out's items by index, page by page; with a `state`, pages may be shorter than `limit` although there are more. */
export async function listItems(
  run: Run,
  query: Record<string, string>,
  { stores }: Pick<ApiDeps, 'stores'>,
): Promise<{ items: ItemView[]; cursor?: string }> {
  const { fanOut } = run;
  if (!fanOut) throw new BadRequest(409, `${run.id} is no fan-out: it has no items`);
  const states = statesOf(query.state);
  const limit = limitOf(query.limit);
  const store = fanOutStore(stores.table);
  const items: ItemView[] = [];
  let index = Number(cursorOf(query.cursor, /^\d{1,5}$/) ?? 0);
  for (let read = 0; read < mostChunks && index < fanOut.total; read++) {
    const number = Math.floor(index / chunkSize);
    const chunk = await store.chunk(fanOut.key, number);
    for (; index < Math.min(fanOut.total, (number + 1) * chunkSize) && items.length < limit; index++) {
      const state = chunk.outcomes[String(index)] ?? openState(run, fanOut, index);
      if (states && !states.has(state)) continue;
      const id = index < fanOut.started ? { run: itemRunId(run.id, index) } : {};
      items.push({ index, item: chunk.items[index % chunkSize] ?? {}, state, ...id });
    }
    if (items.length === limit) break;
  }
  return { items, ...(index < fanOut.total ? { cursor: cursorAfter(`${index}`) } : {}) };
}

function openState({ finishedAt }: Run, { started }: FanOut, index: number): string {
  if (index < started) return 'active';
  return finishedAt === undefined ? 'waiting' : 'not-started';
}

/** @throws BadRequest 422 */
function statesOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (!text) return undefined;
  const named = text.split(',');
  const unknown = named.find((name) => !itemStates.includes(name));
  if (unknown !== undefined)
    throw wrongField('state', `has no ${unknown || 'empty name'}; states are ${itemStates.join(', ')}`);
  return new Set(named);
}
