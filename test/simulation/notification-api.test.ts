import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
let status = 204;

beforeAll(async () => {
  shop = await openShop({ service: false, hook: () => status });
});
afterAll(() => shop.close());

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  shop.api('POST', `/api/${path}`, { body, headers });
const get = async (path: string) => (await shop.api('GET', `/api/${path}`)).body;
const encoded = encodeURIComponent;
const list = async (query: string) => (await get(`notifications?${query}`)).notifications;

/** A sample to the channel while its receiver answers so; resolves with what became of it. */
async function sendTest(answer: number, body: object = {}) {
  status = answer;
  const sent = await post('channels/team/test', body);
  expect(sent.status).toBe(202);
  await shop.pass(5);
  return (await get(`notifications/${encoded(sent.body.notification.id)}`)).notification;
}

describe('a test of a channel', () => {
  test('sends a sample that says it is one, and tells what became of it', async () => {
    expect(await sendTest(204)).toMatchObject({ channel: 'team', state: 'sent', about: { kind: 'sample' } });
    const { data } = shop.hooks.at(-1)?.body ?? {};
    expect(data).toMatchObject({ kind: 'deployment-failed', title: expect.stringMatching(/^Test: shop-api 1\.5\.0 /) });
    expect(data).toMatchObject({ facts: expect.arrayContaining([expect.objectContaining({ label: 'Test' })]) });
    expect(JSON.stringify(data)).toContain('"key":"test:');
  });

  test('sends each kind of news', async () => {
    const kinds = ['run-missed', 'service-crash-loop', 'environment-asleep', 'batuta-dead-letters', 'digest-summary'];
    for (const kind of kinds) expect(await sendTest(204, { kind })).toMatchObject({ state: 'sent' });
    expect(shop.hooks.slice(-kinds.length).map(({ body }) => body.data.kind)).toEqual(kinds);
  });

  test('says why it was not sent', async () => {
    expect(await sendTest(410)).toMatchObject({ state: 'failed', lastError: 'it answered HTTP 410' });
    expect(await sendTest(503)).toMatchObject({ state: 'pending', lastError: 'it answered HTTP 503', attempts: 1 });
    expect(await sendTest(204)).toMatchObject({ state: 'sent' });
  });

  test('repeated with its key, is sent once', async () => {
    const before = shop.hooks.length;
    const [first, second] = [
      await post('channels/team/test', {}, { 'idempotency-key': 'k1' }),
      await post('channels/team/test', {}, { 'idempotency-key': 'k1' }),
    ];
    expect(second.body).toEqual(first.body);
    await shop.pass(5);
    expect(shop.hooks.length - before).toBe(1);
  });

  test.each([
    ['a channel that is none', 'channels/teem/test', {}, 404, 'There is no channel teem; did you mean `team`?'],
    ['a kind that is none', 'channels/team/test', { kind: 'run-fail' }, 422, 'did you mean `run-failed`?'],
    ['another field', 'channels/team/test', { mentions: true }, 422, 'Unknown field mentions; known: kind'],
  ])('refuses %s', async (_what, path, body, code, says) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status: code, body: { detail: expect.stringContaining(says) } });
  });
});

describe('notifications', () => {
  test('are listed by their state and channel, the latest first', async () => {
    const failed = [await sendTest(400, { kind: 'run-lost' }), await sendTest(400, { kind: 'run-late' })];
    const listed = await list('state=failed&channel=team');
    expect(listed.slice(0, 2)).toEqual([failed[1], failed[0]]);
    expect(await get('notifications?state=failed&channel=nobody')).toMatchObject({
      status: 404,
      detail: 'There is no channel nobody; write one of `team`',
    });
    expect((await list('state=sent')).every((each: { state: string }) => each.state === 'sent')).toBe(true);
    const { cursor } = await get('notifications?limit=1');
    expect(await list(`limit=1&cursor=${cursor}`)).toEqual([failed[0]]);
  });

  test('that were given up are sent again by a replay, one or all', async () => {
    const { id } = await sendTest(400, { kind: 'run-stopped' });
    await sendTest(400);
    status = 204;
    expect(await post(`notifications/${encoded(id)}/replay`)).toMatchObject({ status: 202, body: { replayed: true } });
    expect((await post(`notifications/${encoded(id)}/replay`)).body).toEqual({ id, replayed: false });
    const left = (await list('state=failed')).length;
    expect(await post('notifications/replay', { channel: 'nobody' })).toMatchObject({ status: 404 });
    expect((await post('notifications/replay')).body.replayed).toHaveLength(left);
    await shop.pass(60);
    expect(await list('state=failed')).toEqual([]);
    expect((await get(`notifications/${encoded(id)}`)).notification.state).toBe('sent');
  });

  test.each([
    ['a state that is none', 'notifications?state=lost', 422, 'state must be one of failed, pending, sent'],
    ['a cursor of nobody', 'notifications?cursor=e30', 422, 'cursor must be the cursor of an earlier answer'],
    ['an unknown one', 'notifications/team:none', 404, 'There is no notification team:none'],
  ])('%s is refused', async (_what, path, code, says) => {
    const answer = await shop.api('GET', `/api/${path}`);
    expect(answer).toMatchObject({ status: code, body: { detail: expect.stringContaining(says) } });
  });
});

describe('silences', () => {
  const why = 'the database is moved';

  test('are added, listed and removed', async () => {
    const when = { severity: ['error'], job: 'back*' };
    const added = await post('silences', { when: { severity: 'error', job: 'back*' }, for: '2h', why });
    const until = new Date(shop.clock.now() + 7_200_000).toISOString();
    expect(added).toMatchObject({ status: 201, body: { silence: { when, until, why, by: 'tester' } } });
    const { silence } = added.body;
    expect((await get('silences')).silences).toEqual([silence]);
    expect((await shop.api('DELETE', `/api/silences/${silence.id}`)).body).toEqual({ id: silence.id, removed: true });
    expect((await shop.api('DELETE', `/api/silences/${silence.id}`)).status).toBe(404);
    expect((await get('silences')).silences).toEqual([]);
  });

  test.each([
    ['no end', { when: {}, why }, 'for is needed, or until'],
    ['an end in the past', { when: {}, why, until: '2020-01-01T00:00:00Z' }, 'until must be in the future'],
    ['an end far off', { when: {}, why, for: '91d' }, 'for must end within 90 days'],
    ['no reason', { when: {}, for: '1h' }, 'why is needed'],
    ['nothing to match', { for: '1h', why }, 'when must be an object such as {"service": "shop-api"}'],
    ['a severity that is none', { when: { severity: 'bad' }, for: '1h', why }, 'when.severity has no "bad"; write one'],
    ['a job that is none', { when: { job: 'bakcup' }, for: '1h', why }, 'did you mean `backup`?'],
    ['a key that is none', { when: { jobs: 'x' }, for: '1h', why }, 'Unknown field jobs; known: severity, kind, job'],
    [
      'a contradiction',
      { when: { kind: 'run', tag: '1.*' }, for: '1h', why },
      'when asks for what no news is: kind and tag',
    ],
  ])('with %s are refused', async (_what, body, says) => {
    const answer = await post('silences', body);
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining(says) } });
  });

  test('and tests and replays are for operators; viewers read', async () => {
    const token = await shop.token('reader', 'viewer');
    const asViewer = (method: string, path: string) =>
      shop.api(method, `/api/${path}`, { token, ...(method === 'POST' ? { body: {} } : {}) });
    for (const path of ['silences', 'notifications', 'notifications?state=sent'])
      expect((await asViewer('GET', path)).status).toBe(200);
    for (const path of ['silences', 'channels/team/test', 'notifications/replay', 'notifications/x/replay'])
      expect((await asViewer('POST', path)).status).toBe(403);
    expect((await asViewer('DELETE', 'silences/s-1')).status).toBe(403);
  });
});
