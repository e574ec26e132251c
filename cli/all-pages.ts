import type { Api } from './api.ts';

/** Every entry of a list, page after page. */
export async function allPages<Entry>(api: Api, path: string, field: string): Promise<Entry[]> {
  const all: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = (await api.get(`${path}?limit=100${cursor ? `&cursor=${cursor}` : ''}`)) as Record<string, unknown>;
    all.push(...(page[field] as Entry[]));
    cursor = page.cursor as string | undefined;
  } while (cursor);
  return all;
}
