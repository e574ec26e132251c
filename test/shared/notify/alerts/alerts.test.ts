import { expect, test } from 'vitest';
import type { RunId } from '../../../../shared/core/ids.ts';
import { plus } from '../../../../shared/core/time.ts';
import { aRun } from '../../../support/runs.ts';
import { aRoute, tellingWorld } from '../../../support/telling-world.ts';

const hour = 3_600_000;
const service = { kind: 'service', name: 'shop-api' } as const;

test('a failure whose event comes after that of the success behind it is told, and over at once', async () => {
  const world = tellingWorld();
  await world.end('failed');
  await world.end('succeeded');
  await world.work(true);
  expect(world.told.filter(({ channel }) => channel === 'ops').map(({ kind }) => kind)).toEqual([
    'run-failed',
    'run-recovered',
  ]);
  expect(world.told.filter(({ channel }) => channel === 'log').map(({ kind }) => kind)).toEqual([
    'run-succeeded',
    'run-failed',
  ]);
});

test('what comes and goes in an hour with two troubles already is told once, when it has stayed well', async () => {
  const world = tellingWorld();
  for (let time = 0; time < 5; time++) {
    await world.end('failed');
    await world.pass(1);
    await world.end('succeeded');
    await world.pass(1);
  }
  await world.pass(70);
  const told = world.told.filter(({ channel }) => channel === 'ops').map(({ news }) => news);
  expect(told).toEqual(['failed', '1:over', 'failed', '2:over']);
});

test('a trouble that is over before its first event is handled is told once, as one that is over', async () => {
  const world = tellingWorld([aRoute('ops'), aRoute('web', { when: { service: 'web' } })]);
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.over(service);
  await world.work(true);
  await world.pass(300);
  expect(world.told).toMatchObject([
    { channel: 'ops', kind: 'service-recovered', news: '1:passed-1', title: 'shop-api is well again, after 1.0 s' },
  ]);
});

test('a trouble that came and went unheard is told to whom the trouble is routed', async () => {
  const errors = aRoute('oncall', { when: { severity: ['error'] } });
  const world = tellingWorld([errors, aRoute('chores', { when: { severity: ['warning'] } })]);
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.over(service);
  await world.trouble(
    { kind: 'batuta', name: 'schedules' },
    { kind: 'batuta-schedules-differ', id: 'a', severity: 'warning' },
  );
  await world.over({ kind: 'batuta', name: 'schedules' });
  await world.work();
  expect(world.told.map(({ channel, kind }) => `${channel} ${kind}`)).toEqual([
    'oncall service-recovered',
    'chores batuta-recovered',
  ]);
});

test('a failed run that is routed nowhere, and what fell into a silence, are not told when they are over', async () => {
  const world = tellingWorld([aRoute('ops', { when: { service: '*' } })]);
  await world.end('failed');
  await world.end('succeeded');
  await world.work(true);
  const silence = { id: 's-1', matchers: { service: 'shop-*' }, by: 'ann', why: 'a test', createdAt: world.at() };
  world.silences.push({ ...silence, until: plus(world.at(), hour) });
  await world.trouble(service, { kind: 'service-short', id: 't1' });
  await world.work();
  await world.over(service);
  await world.work();
  await world.trouble(service, { kind: 'service-short', id: 't2' });
  await world.over(service);
  await world.work();
  await world.pass(90);
  expect(world.told).toEqual([]);
});

test('a failure that is told in full again after a long quiet says which one it is, also if its event comes again', async () => {
  const world = tellingWorld();
  for (let count = 0; count < 3; count++) {
    await world.end('failed');
    await world.work();
    for (let index = 0; index < 9; index++) await world.replay(index);
    await world.pass(5 * 60);
  }
  const heard = world.told.filter(({ channel }) => channel === 'ops');
  expect(heard.map(({ facts }) => facts.find(({ label }) => label === 'Failures')?.value)).toEqual([
    undefined,
    '2 since 09:00 UTC',
    '3 since 09:00 UTC',
  ]);
});

test('a job that a full queue skips each minute is told like one that fails: at once, folded, and when it is over', async () => {
  const world = tellingWorld();
  for (let count = 0; count < 70; count++) {
    await world.skip();
    await world.pass(1);
    // It was let in before: it says nothing about the queue.
    await world.succeed(30);
    await world.work();
  }
  await world.succeed(0.001);
  await world.work();
  expect(world.heard('ops')).toEqual([
    '1: report was skipped',
    expect.stringMatching(/^11: report was skipped 9 more times in 10 min/),
    expect.stringMatching(/^61: report was skipped 49 more times in 51 min/),
    expect.stringMatching(/^72: report is run again: was skipped 70 times since 09:00 UTC/),
  ]);
});

test('a run that was told to be late and then fails as others did is told with them, and counted once', async () => {
  const world = tellingWorld([aRoute('ops')]);
  await world.end('failed');
  await world.work();
  const id = 'r-late' as RunId;
  const late = { at: world.at(), why: 'there was no room' };
  const trigger = { kind: 'schedule', scheduleArn: 'arn', scheduledTime: '2026-11-20T09:00:00Z' } as const;
  await world.stores.runs.create(aRun({ id, job: 'report', state: 'queued', createdAt: world.at(), trigger, late }));
  await world.work();
  await world.pass(1);
  const outcome = { kind: 'exit', cause: 'exit code 1 of container job', hint: 'read the log', exitCode: 1 };
  await world.stores.runs.update(id, (run) => ({ ...run, state: 'failed', finishedAt: world.at(), outcome }));
  await world.pass(1);
  await world.end('failed');
  await world.pass(60);
  expect(world.heard('ops')).toEqual([
    '0: report failed',
    expect.stringMatching(/^0: report is late/),
    expect.stringMatching(/^60: report failed or was late 2 more times in 1 h/),
  ]);
});

test('of a job that fails and is skipped both are said', async () => {
  const world = tellingWorld();
  await world.skip();
  await world.end('failed');
  await world.work();
  await world.skip();
  await world.pass(61);
  await world.end('succeeded');
  await world.work();
  expect(world.heard('ops').slice(2)).toEqual([
    '60: report failed or was skipped 1 more time in 1 h',
    '61: report succeeds again: failed or was skipped 3 times since 09:00 UTC',
  ]);
});
