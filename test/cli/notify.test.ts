import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { toInstant } from '../../shared/core/time.ts';
import { deliveryKind } from '../../shared/notify/deliver/delivery-record.ts';
import { newsKinds } from '../../shared/notify/news-kind.ts';
import { recordStore } from '../../shared/store/records.ts';
import { serveShop } from '../support/api-server.ts';
import { openShop, type Shop } from '../support/shop.ts';

let shop: Shop;
let server: Awaited<ReturnType<typeof serveShop>>;
let token = '';
let status = 204;

beforeAll(async () => {
  shop = await openShop({ service: false, hook: () => status });
  server = await serveShop(shop);
  token = (await shop.token('ann', 'operator')) ?? '';
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

async function batuta(...args: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const terminal = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
    sleep: (ms: number) => shop.pass(ms / 1000),
  };
  const code = await main(args, terminal, { BATUTA_API: server.url, BATUTA_TOKEN: token });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

test('notify test says what became of the sample', async () => {
  status = 204;
  expect(await batuta('notify', 'test', 'team')).toEqual({
    code: 0,
    out: 'team: the sample of deployment-failed was sent',
    errors: '',
  });
  status = 503;
  const retried = await batuta('notify', 'test', 'team', '--kind', 'run-missed');
  expect(retried).toMatchObject({
    code: 1,
    out: expect.stringMatching(/was not taken: it answered HTTP 503; .* at 20/),
  });
  status = 410;
  const refused = await batuta('notify', 'test', 'team', '--kind', 'run-late');
  expect(refused).toMatchObject({
    code: 1,
    out: 'team: the sample of run-late was refused: it answered HTTP 410',
  });
});

test('notify test of PagerDuty says what it opens, and what closes it', async () => {
  const duty = { name: 'duty', type: 'pagerduty', routingKey: 'key', region: 'us' } as const;
  const { config } = shop;
  status = 202;
  shop.configure({ ...config, channels: { ...config.channels, duty } });
  const say = async (...kind: string[]) => (await batuta('notify', 'test', 'duty', ...kind)).out.split('was sent: ')[1];
  expect(await say()).toBe('it opens an incident, which --kind deployment-succeeded closes');
  expect(await say('--kind', 'deployment-succeeded')).toBe('it closes the incident of a test before');
  const none = await batuta('notify', 'test', 'duty', '--kind', 'run-started');
  expect(none).toMatchObject({
    code: 0,
    out: expect.stringMatching(/is none for PagerDuty, which is told of troubles/),
  });
  expect(await say('--kind', 'run-late')).toBe('it opens an incident, which --kind run-succeeded closes');
  const all = (await batuta('notify', 'test', 'duty', '--all')).out.split('\n');
  const [first, last] = [
    all.findIndex((line) => / it closes /.test(line)),
    all.findLastIndex((line) => / it opens /.test(line)),
  ];
  expect(first).toBeGreaterThan(last);
  shop.configure(config);
});

test('notify test --all sends each kind, until one is not taken', async () => {
  status = 204;
  const { code, out } = await batuta('notify', 'test', 'team', '--all');
  expect({ code, lines: out.split('\n').length }).toEqual({ code: 0, lines: newsKinds.length });
  status = 410;
  expect((await batuta('notify', 'test', 'team', '--all')).out.split('\n')).toHaveLength(1);
});

test.each([
  [['test', 'teem'], /There is no channel teem; did you mean `team`\?/],
  [['test', 'team', '--kind', 'failed'], /--kind failed is no kind of news\. There are: deployment-held, /],
  [['test', 'team', '--kind', 'run-fail'], /no kind of news; did you mean run-failed\? There are: /],
  [['test', 'team', '--all', '--kind', 'run-late'], /--all sends every kind/],
  [['test'], /usage: batuta notify test CHANNEL/],
  [['replay'], /which notification\? Give the ID/],
  [['replay', 'x', '--all'], /^batuta: x is one, --all all of them; leave one out$/],
  [['failed', '--channel', 'teem'], /There is no channel teem; did you mean `team`\?/],
  [['replay', '--all', '--channel', 'nope'], /There is no channel nope; write one of `/],
  [['list'], /no command `notify list`; write one of `notify routes`, /],
  [['replay', 'team:x'], /There is no notification team:x/],
])('notify %j is refused', async (args, says) => {
  const { code, errors } = await batuta('notify', ...args);
  expect({ code, errors }).toEqual({ code: 1, errors: expect.stringMatching(says) });
});

test('silence list is not far from silences', async () => {
  expect((await batuta('silence', 'list')).errors).toBe(
    'batuta: there is no command `silence list`; write one of `silences`, `silence add`, `silence remove`',
  );
});

test('notify failed lists what was given up, and notify replay sends it again', async () => {
  status = 204;
  await batuta('notify', 'replay', '--all');
  await shop.pass(60);
  expect((await batuta('notify', 'failed')).out).toBe('none');
  status = 400;
  for (const kind of ['run-late', 'run-lost']) await batuta('notify', 'test', 'team', '--kind', kind);
  const listed = (await batuta('notify', 'failed', '--channel', 'team')).out.split('\n');
  expect(listed[0]).toMatch(/^SINCE +CHANNEL +ABOUT +ID +WHY$/);
  expect(listed[1]).toMatch(/team +test of run-lost +team:test-run-lost-\w+ +it answered HTTP 400$/);
  expect(listed.at(-1)).toMatch(/^batuta notify replay ID sends one again/);
  const [id = ''] = /team:test-run-lost-\w+/.exec(listed[1] ?? '') ?? [];
  status = 204;
  expect((await batuta('notify', 'replay', id)).out).toBe(`${id} is sent again`);
  expect((await batuta('notify', 'replay', id)).out).toBe(`${id} was not given up; it stays as it is`);
  expect((await batuta('notify', 'replay', '--all')).out).toMatch(/^1 is sent again; /);
  await shop.pass(60);
  expect((await batuta('notify', 'pending')).out).toBe('none');
  expect((await batuta('notify', 'sent')).out).toContain(id);
  const first = (await batuta('notify', 'sent', '--limit', '1')).out.split('\n');
  expect(first.slice(2)).toEqual(['the latest 1; --limit shows more, --channel those of one']);
  expect((await batuta('notify', 'sent', '--limit', 'all')).errors).toMatch(/--limit all is no number of rows/);
});

test('a list names the job, and of what waits until when it is muted or when its channel is tried again', async () => {
  const now = toInstant('2029-12-31T00:00:00Z');
  const deliveries = recordStore(shop.table, { put: async () => [] }, deliveryKind, () => now);
  const about = { kind: 'run', id: 'r-1' } as const;
  const base = { schemaVersion: 1, channel: 'team', about, orderedBy: 'job:backup', createdAt: now } as const;
  const counts = { wantedVersion: 1, sentVersion: 0, attempts: 0 };
  await deliveries.create({
    ...base,
    ...counts,
    id: 'team:sent',
    state: 'sent',
    sentAt: now,
    sentNews: 'failed',
  });
  const until = toInstant('2030-01-01T08:00:00Z');
  await deliveries.create({
    ...base,
    ...counts,
    id: 'team:muted',
    state: 'pending',
    pendingSince: until,
    nextAttemptAt: until,
  });
  expect((await batuta('notify', 'sent', '--limit', '1')).out).toMatch(/team +backup, run r-1: failed +team:sent/);
  expect((await batuta('notify', 'pending')).out).toMatch(/backup, run r-1 +team:muted +muted until 2030-01-01T/);
  status = 429;
  const test = (await batuta('notify', 'test', 'team')).out;
  expect(test).toMatch(/was not taken: it answered HTTP 429; it is tried again at 20/);
  expect((await batuta('notify', 'pending')).out).toMatch(/test of deployment-failed .*HTTP 429; tried again at 20/);
});

test('silences are added, listed and removed', async () => {
  const added = await batuta(
    ...['silence', 'add', '--for', '2h', '--when', 'job=back* severity=error,warning', '--why', 'it is moved'],
  );
  expect(added.out).toMatch(
    /^severity=error,warning job=back\* is silenced until \S+; batuta silence remove s-\w+ ends it$/,
  );
  const [id = ''] = /s-\w+/.exec(added.out) ?? [];
  const { out } = await batuta('silences');
  expect(out.split('\n')[1]).toMatch(/^s-\w+ +severity=error,warning job=back\* +\S+ +ann +it is moved$/);
  expect((await batuta('silence', 'remove', id)).out).toMatch(/ is removed: .*still goes on within 6 minutes/);
  expect((await batuta('silences')).out).toBe('nothing is silenced');
  expect((await batuta('silence', 'remove', id)).errors).toMatch(/There is no silence s-\w+, or it has ended/);
});

test.each([
  [['--for', '2h', '--why', 'x'], /what is to be silent\?/],
  [['--when', 'job=x', '--all', '--for', '2h', '--why', 'x'], /--all silences everything, --when a part of it/],
  [['--when', 'servce=x', '--for', '2h', '--why', 'x'], /news has no `servce`; did you mean `service`\?/],
  [['--all', '--for', '1.5h', '--why', 'x'], /--for 1\.5h is no duration; write a whole number, at least 1, /],
  [['--all', '--for', '1h', '--until', '2030-01-01T00:00:00Z', '--why', 'x'], /both say its end/],
  [['--when', 'backup', '--for', '2h', '--why', 'x'], /`backup` is not KEY=VALUE/],
  [['--when', 'job=bakcup', '--for', '2h', '--why', 'x'], /when\.job matches no job .*did you mean `backup`\?/],
  [['--all', '--why', 'x'], /until when\? A silence has an end: .* --for 2h/],
  [['--all', '--for', '1h'], /why\? Who sees the silence later/],
])('silence add %j is refused', async (args, says) => {
  const { code, errors } = await batuta('silence', 'add', ...args);
  expect({ code, errors }).toEqual({ code: 1, errors: expect.stringMatching(says) });
});
