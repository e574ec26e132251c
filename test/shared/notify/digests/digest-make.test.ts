import { expect, test } from 'vitest';
import type { RunId } from '../../../../shared/core/ids.ts';
import { toInstant } from '../../../../shared/core/time.ts';
import { digestRoute, digestWorld } from '../../../support/digest-world.ts';
import { realTable } from '../../../support/real-table.ts';

const failed = { state: 'failed', outcome: { kind: 'exit', cause: 'exit code 1 of container job', hint: '' } } as const;
const skipped = { state: 'skipped', attempts: [] } as const;
const firing = (scheduledTime: string) => ({ kind: 'schedule', scheduleArn: 'arn', scheduledTime }) as const;

/** The digest of the period until 08:00. */
async function digestOf(world: ReturnType<typeof digestWorld>) {
  await world.wake();
  const [only, ...others] = await world.deliveries();
  expect(others).toEqual([]);
  const facts = Object.fromEntries((only?.facts ?? []).map(({ label, value }) => [label, value]));
  return { title: only?.title, facts };
}

test('a digest tells what was deployed, what failed, what took long and cost most, and what was missed', async () => {
  const world = digestWorld([digestRoute()]);
  await world.deployment('2026-11-19T10:00:00Z');
  await world.deployment('2026-11-19T11:00:00Z', { state: 'rolled-back' });
  await world.deployment('2026-11-19T12:00:00Z', { state: 'superseded' });
  await world.run('2026-11-19T09:00:00Z');
  await world.run('2026-11-19T10:00:00Z', { ...failed, outcome: { ...failed.outcome, cause: 'out of memory' } });
  await world.run('2026-11-19T11:00:00Z', failed);
  await world.run('2026-11-19T15:00:00Z', { job: 'backup', startedAt: toInstant('2026-11-19T13:00:00Z') });
  await world.run('2026-11-19T18:00:00Z', { job: 'backup', state: 'stopped' });
  await world.run('2026-11-20T03:20:00Z', {
    ...skipped,
    createdAt: toInstant('2026-11-20T03:20:00Z'),
    trigger: firing('2026-11-20T03:00:00Z'),
    outcome: { kind: 'missed', cause: 'Scheduler did not call', hint: '' },
  });
  expect(await digestOf(world)).toEqual({
    title: 'The last day: 2 deployments, 1 of them rolled back; 5 runs, 2 of them failed; 1 missed',
    facts: {
      Deployments: 'shop-api: 1 succeeded, 1 rolled back',
      'Failed runs': 'report: 2 of 3, last: exit code 1 of container job',
      Missed: 'report: 03:00',
      Slowest: 'backup 2 h, report 10 min',
      'Most expensive': 'backup 0.03 USD, report 0.0062 USD; all runs 0.03 USD',
      Period: 'Thu 2026-11-19 08:00 to Fri 2026-11-20 08:00, UTC',
    },
  });
});

test('what ended before or after is in another digest, whenever it began', async () => {
  const world = digestWorld([digestRoute()]);
  await world.run('2026-11-19T07:59:59Z', failed);
  await world.run('2026-11-19T08:00:00Z', failed);
  await world.run('2026-11-20T07:59:59Z');
  await world.run('2026-11-20T08:00:00Z');
  expect((await digestOf(world)).title).toBe('The last day: no deployments; 2 runs, 1 of them failed');
});

test('a cause takes one line, is cut, and tells no secret', async () => {
  const world = digestWorld([digestRoute()]);
  const cause = `no\nlogin with password=hunter2hunter2 ${'x'.repeat(200)}`;
  await world.run('2026-11-19T10:00:00Z', { ...failed, outcome: { ...failed.outcome, cause } });
  const told = (await digestOf(world)).facts['Failed runs'];
  expect(told).toMatch(/^report: 1 of 1, last: no login with password=\[redacted\] x+…$/);
  expect(told?.length).toBeLessThan(150);
});

test('of what was skipped nothing is a run', async () => {
  const world = digestWorld([digestRoute()]);
  await world.run('2026-11-19T10:00:00Z', { ...skipped, outcome: { kind: 'overlap', cause: '', hint: '' } });
  expect((await digestOf(world)).title).toBe('The last day: nothing was deployed and nothing ran');
});

test.each([
  ['runs only', { kind: ['run'] as const }, 'The last day: nothing ran'],
  ['some services', { service: 'shop-*' }, 'The last day, shop-*: nothing was deployed'],
])('an empty period is told in one line, of %s too', async (_what, when, title) => {
  const { title: told, facts } = await digestOf(digestWorld([digestRoute({}, { when })]));
  expect(told).toBe(title);
  expect(Object.keys(facts)).toEqual(['Period']);
});

test('a firing that was started late is told as missed, and as the run that it became', async () => {
  const world = digestWorld([digestRoute({ every: 'week', day: 'fri' }, { when: { job: 'rep*' } })]);
  for (const day of ['16', '17', '18', '19'])
    await world.run(`2026-11-${day}T04:00:00Z`, { missed: 'late', trigger: firing(`2026-11-${day}T03:00:00Z`) });
  const since = '2026-11-18T00:00:00.000Z';
  const lapse = {
    ...skipped,
    createdAt: toInstant('2026-11-19T00:00:00Z'),
    trigger: { kind: 'expectation', since },
  } as const;
  await world.run('2026-11-19T00:00:00Z', lapse);
  const { title, facts } = await digestOf(world);
  expect(title).toBe('The last week, rep*: 4 runs; 5 missed');
  expect(facts.Missed).toBe('report: Mon 03:00, Tue 03:00, Wed 03:00, … 1 more; no success in time');
});

test('a fan-out is one run, and costs what its items do', async () => {
  const world = digestWorld([digestRoute({}, { when: { kind: ['run'] } })]);
  const fanOut = { key: 'k', total: 2, maxParallel: 2, failFast: false, started: 2, chunks: [] };
  const { stored } = await world.run('2026-11-19T10:00:00Z', { fanOut, attempts: [] });
  const parent: RunId = stored.value.id;
  for (const index of [0, 1])
    await world.run('2026-11-19T10:00:00Z', {
      trigger: { kind: 'item', parent, index },
      startedAt: toInstant('2026-11-19T08:00:00Z'),
    });
  const { title, facts } = await digestOf(world);
  expect(title).toBe('The last day: 1 run');
  expect(facts['Most expensive']).toBe('report 0.05 USD');
});

test('of a job that ran more often than 500 times the latest are counted, and that is said', async () => {
  const world = digestWorld([digestRoute()]);
  for (let i = 0; i < 502; i++)
    await world.run(new Date(Date.UTC(2026, 10, 19, 9) + i * 60_000).toISOString(), i < 10 ? failed : {});
  const { title, facts } = await digestOf(world);
  expect(title).toBe('The last day: no deployments; 500+ runs, 8 of them failed');
  expect(facts['Only the latest 500 counted of']).toBe('report');
  expect(facts['Most expensive']).toMatch(/^report at least /);
});

test('more than a page of runs is read', async () => {
  const world = digestWorld([digestRoute()], await realTable());
  for (let i = 0; i < 120; i++) await world.run(new Date(Date.UTC(2026, 10, 19, 9) + i * 60_000).toISOString());
  const [id = ''] = await world.wake();
  expect(await world.stores.digests.get(id)).toMatchObject({ runs: { runs: 120, succeeded: 120 } });
});

test('a wake-up that dies at any write, and is repeated, leaves one digest and one delivery of it per channel', async () => {
  for (let writes = 0; writes < 6; writes++) {
    const world = digestWorld([digestRoute({}, { to: ['team', 'boss'] })]);
    world.dieAt(writes);
    await world.wake().catch(() => {});
    world.dieAt(Number.POSITIVE_INFINITY);
    await world.run('2026-11-19T09:00:00Z');
    world.at('2026-11-20T08:18:00Z');
    await world.wake();
    await world.wake();
    const told = await world.deliveries();
    expect(told.map(({ channel }) => channel).toSorted()).toEqual(['boss', 'team']);
    // What it says was settled when it was made.
    const title = writes === 0 ? 'no deployments; 1 run' : 'nothing was deployed and nothing ran';
    expect(new Set(told.map((one) => one.title))).toEqual(new Set([`The last day: ${title}`]));
  }
});

test('wake-ups at the same time make one', async () => {
  const world = digestWorld([digestRoute(), digestRoute({}, { to: ['boss', 'team'] })]);
  await Promise.all([world.wake(), world.wake(), world.wake()]);
  expect((await world.deliveries()).map(({ channel }) => channel)).toEqual(['team', 'boss']);
});

test('days without wake-ups are made up for, each in a digest of its own', async () => {
  const world = digestWorld([digestRoute()]);
  await world.wake();
  await world.run('2026-11-21T09:00:00Z');
  world.at('2026-11-22T21:00:00Z');
  await world.wake();
  expect((await world.deliveries()).map(({ title }) => title)).toEqual([
    'The last day: nothing was deployed and nothing ran',
    'The last day: nothing was deployed and nothing ran',
    'The last day: no deployments; 1 run',
  ]);
});

test('a digest that is new in batuta.yml begins with its next time, and makes up for nothing before it', async () => {
  const world = digestWorld([]);
  world.at('2026-11-20T15:00:00Z');
  world.config.routes = [digestRoute()];
  await world.wake();
  expect(await world.deliveries()).toEqual([]);
  world.config.routes = [digestRoute({}, { when: { kind: ['run'] } })];
  world.at('2026-11-21T08:03:00Z');
  await world.wake();
  expect((await world.deliveries()).map(({ title }) => title)).toEqual(['The last day: nothing ran']);
});

test('a digest that cannot be made holds up no other, and is made once it can', async () => {
  const world = digestWorld([
    digestRoute({}, { when: { kind: ['run'] } }),
    digestRoute({}, { when: { service: 'shop-api' } }),
  ]);
  const { list } = world.stores.runs;
  world.stores.runs.list = async () => {
    throw new Error('DynamoDB is not there');
  };
  await expect(world.wake()).rejects.toThrow(/^1 of 2 digests could not be made.*DynamoDB is not there$/);
  expect((await world.deliveries()).map(({ title }) => title)).toEqual([
    'The last day, shop-api: nothing was deployed',
  ]);
  world.stores.runs.list = list;
  world.at('2026-11-20T10:03:00Z');
  await world.wake();
  expect((await world.deliveries()).map(({ title }) => title)).toContain('The last day: nothing ran');
});

test('a muted route hears it when its window ends', async () => {
  const mute = [{ days: [], from: '22:00', to: '09:00', timezone: 'UTC' }];
  const world = digestWorld([digestRoute({}, { mute })]);
  const [id] = await world.wake();
  expect((await world.stores.deliveries.get(`team:${id}`))?.value.nextAttemptAt).toBe(
    toInstant('2026-11-20T09:00:00Z'),
  );
});
