import type { DeliveryView } from '../../shared/api/delivery-view.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { UsageError } from '../command.ts';

export const notifyReplay = apiCommand({
  name: 'notify replay',
  synopsis: `ID|--all [--channel NAME] ${apiSynopsis}`,
  summary: 'send again what was given up, as it now stands; batuta notify failed lists it',
  options: { all: { type: 'boolean', default: false }, channel: { type: 'string' } },
  names: [0, 1],
  async act({ names: [id], values: { all, channel }, json }, api, terminal) {
    if (id !== undefined && all) throw new UsageError(`${id} is one, --all all of them; leave one out`);
    if (id === undefined && !all)
      throw new UsageError('which notification? Give the ID that batuta notify failed shows, or --all');
    if (id !== undefined && channel !== undefined) throw new UsageError('--channel goes with --all, not with an ID');
    const done = id === undefined ? await replayAll(api, channel) : await replayOne(api, id);
    tell(terminal, json, done, () => (id === undefined ? allInWords(done) : [oneInWords(done, id)]));
    return 0;
  },
});

type Obsolete = NonNullable<DeliveryView['obsolete']>;

interface Replayed {
  replayed: string[];
  leftOut: { id: string; obsolete: Obsolete }[];
}

const oneInWords = ({ replayed }: Replayed, id: string): string =>
  replayed.length > 0 ? `${id} is sent again` : `${id} was not given up; it stays as it is`;

const whys: readonly [Obsolete, (isOne: boolean) => string][] = [
  ['superseded', (isOne) => `a newer trouble has taken ${isOne ? 'its' : 'their'} place`],
  ['forgotten', (isOne) => `what ${isOne ? 'it tells' : 'they tell'} of is no longer kept`],
];

const are = (count: number) => `${count} ${count === 1 ? 'is' : 'are'}`;

function allInWords({ replayed, leftOut }: Replayed): string[] {
  const sent = `${are(replayed.length)} sent again; batuta notify pending shows what waits`;
  const left = whys.flatMap(([reason, why]) => {
    const count = leftOut.filter(({ obsolete }) => obsolete === reason).length;
    return count > 0 ? [`${are(count)} left out: ${why(count === 1)}`] : [];
  });
  if (replayed.length > 0) return [sent, ...left];
  return left.length > 0 ? left : ['nothing was given up'];
}

async function replayOne(api: Api, id: string): Promise<Replayed> {
  const path = `/notifications/${encodeURIComponent(id)}/replay`;
  const { replayed } = (await api.post(path, {})) as { replayed: boolean };
  return { replayed: replayed ? [id] : [], leftOut: [] };
}

/** As many as one replay takes. */
const limit = '50';

/** Where the pages of what was given up begin, the latest first; the first of them at none. */
async function pagesOf(api: Api, channel: string | undefined): Promise<(string | undefined)[]> {
  const cursors: (string | undefined)[] = [];
  let cursor: string | undefined;
  do {
    cursors.push(cursor);
    const query = new URLSearchParams(given({ state: 'failed', channel, cursor, limit }) as Record<string, string>);
    cursor = ((await api.get(`/notifications?${query}`)) as { cursor?: string }).cursor;
  } while (cursor);
  return cursors;
}

/**
 * Page by page, the longest waiting first; what fails meanwhile has moved the first page's, so that goes on to the end
 * again, past what was left out before.
 */
async function replayAll(api: Api, channel: string | undefined): Promise<Replayed> {
  const replayed: string[] = [];
  const leftOut = new Map<string, Replayed['leftOut'][number]>();
  for (const from of (await pagesOf(api, channel)).reverse()) {
    let cursor = from;
    do {
      const page = (await api.post('/notifications/replay', given({ channel, cursor }))) as Replayed & {
        cursor?: string;
      };
      replayed.push(...page.replayed);
      for (const each of page.leftOut) leftOut.set(each.id, each);
      cursor = from === undefined ? page.cursor : undefined;
    } while (cursor);
  }
  return { replayed, leftOut: [...leftOut.values()] };
}
