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
    if ((id === undefined) !== all)
      throw new UsageError('which notification? Give the ID that batuta notify failed shows, or --all');
    if (id !== undefined && channel !== undefined) throw new UsageError('--channel goes with --all, not with an ID');
    const replayed = id === undefined ? await replayAll(api, channel) : await replayOne(api, id);
    tell(terminal, json, { replayed }, () => [inWords(replayed, id)]);
    return 0;
  },
});

function inWords(replayed: readonly string[], id: string | undefined): string {
  if (id !== undefined)
    return replayed.length > 0 ? `${id} is sent again` : `${id} was not given up; it stays as it is`;
  if (replayed.length === 0) return 'nothing was given up';
  return `${replayed.length} ${replayed.length === 1 ? 'is' : 'are'} sent again; batuta notify pending shows what waits`;
}

async function replayOne(api: Api, id: string): Promise<string[]> {
  const path = `/notifications/${encodeURIComponent(id)}/replay`;
  const { replayed } = (await api.post(path, {})) as { replayed: boolean };
  return replayed ? [id] : [];
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

/** Page by page, the longest waiting first; what fails meanwhile has moved the first page's, so that goes on to the end again. */
async function replayAll(api: Api, channel: string | undefined): Promise<string[]> {
  const all: string[] = [];
  for (const from of (await pagesOf(api, channel)).reverse()) {
    let cursor = from;
    do {
      const page = (await api.post('/notifications/replay', given({ channel, cursor }))) as {
        replayed: string[];
        cursor?: string;
      };
      all.push(...page.replayed);
      cursor = from === undefined ? page.cursor : undefined;
    } while (cursor);
  }
  return all;
}
