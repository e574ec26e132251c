import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configureLoad } from '../support/job-shop.ts';
import { openTroubledShop, type TroubledShop, taskOf } from '../support/troubled-shop.ts';

let shop: TroubledShop;
beforeAll(async () => {
  shop = await openTroubledShop();
});
beforeEach(() => {
  shop.heal();
  shop.cloud.ecs.disruptions.unknownFor(0);
});
afterAll(() => shop.close());

const succeeded = { state: 'succeeded', cause: undefined, tasks: [1], news: ['succeeded'] };
const withoutTaskEvents = () => {
  shop.trouble.fate = (event, deliver) => void (taskOf(event) ? undefined : deliver());
};
const forget = (id: string) => shop.cloud.ecs.disruptions.forget(shop.tasksOf(id, 1)[0] ?? '');

describe('a task whose end', () => {
  test('no event tells is found by the sweep', async () => {
    shop.trouble.fate = (event, deliver) => void (taskOf(event)?.lastStatus === 'STOPPED' ? undefined : deliver());
    shop.trouble.next = [{ runMs: 3000, exitCode: 3 }];
    const id = await shop.start();
    await shop.pass(130);
    expect(await shop.endOf(id)).toEqual({
      state: 'failed',
      cause: 'exit code 3 of container job',
      tasks: [1],
      news: ['failed'],
    });
  });

  test('DescribeTasks does not know of for minutes after the launch is not lost', async () => {
    withoutTaskEvents();
    shop.cloud.ecs.disruptions.unknownFor(4 * 60_000);
    const id = await shop.start();
    await shop.pass(200);
    expect((await shop.runOf(id)).state).toBe('starting');
    await shop.pass(160);
    expect(await shop.endOf(id)).toEqual(succeeded);
  });

  test('comes after ECS has forgotten it is told by its event', async () => {
    shop.trouble.next = [{ runMs: 200_000 }];
    const id = await shop.start();
    await shop.pass(10);
    forget(id);
    await shop.pass(300);
    expect(await shop.endOf(id)).toEqual(succeeded);
  });

  test('nobody saw while ECS knew it, an hour, is lost and says so', async () => {
    const isSweep = (type: string) => type === 'Scheduled Event';
    shop.trouble.fate = (event, deliver) =>
      void (taskOf(event)?.lastStatus === 'STOPPED' || isSweep(event['detail-type']) ? undefined : deliver());
    const id = await shop.start({ timeoutMs: 4 * 3_600_000 });
    await shop.pass(3700);
    expect((await shop.runOf(id)).state).toBe('running');
    shop.heal();
    await shop.pass(13 * 60);
    expect(await shop.endOf(id)).toEqual({
      state: 'lost',
      cause: 'ECS no longer knows its task, and how it ended is not known',
      tasks: [1],
      news: ['lost'],
    });
    expect(shop.newsOf(id)[0]?.text).toContain("read the run's log; start the job again if it did not finish");
  });
});

describe('clocks that differ by a minute between events', () => {
  const shifted = (text: string | undefined, ms: number) => text && new Date(Date.parse(text) + ms).toISOString();

  test.each([
    ['the end is said to be before the start', 60_000, -60_000],
    ['the start is said to be a minute early, the end a minute late', -60_000, 60_000],
  ])('do not matter where %s', async (_fact, start, end) => {
    shop.trouble.fate = (event, deliver) => {
      const task = taskOf(event);
      if (task?.startedAt) task.startedAt = shifted(task.startedAt, start) ?? '';
      if (task?.stoppedAt) task.stoppedAt = shifted(task.stoppedAt, end) ?? '';
      deliver();
    };
    const id = await shop.start();
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(succeeded);
    const run = await shop.runOf(id);
    expect(run.attempts[0].seconds).toBeGreaterThanOrEqual(0);
    expect(run.cost.from).toBeGreaterThanOrEqual(0);
    expect(Date.parse(run.finishedAt)).toBeGreaterThanOrEqual(Date.parse(run.startedAt));
    expect(shop.newsOf(id)[0]?.title).toMatch(/^load succeeded after \d/);
  });
});

describe('a job that is taken out of batuta.yml', () => {
  const remove = () => {
    const { load: _, ...jobs } = shop.config.jobs;
    shop.configure({ ...shop.config, jobs });
  };
  const removed = 'the job load is no longer in batuta.yml';

  test('while its run is queued: the run fails, and starts no task', async () => {
    const at = `${new Date(shop.clock.now() + 60_000).toISOString().slice(0, 19)}Z`;
    const id = await shop.start({}, { at });
    remove();
    await shop.pass(180);
    expect(await shop.endOf(id)).toEqual({ state: 'failed', cause: removed, tasks: [], news: ['failed'] });
    expect(shop.newsOf(id)[0]?.text).toContain('put it back and start the run again');
  });

  test('while it runs: the run ends as it would have, with its outputs', async () => {
    shop.trouble.next = [{ runMs: 20_000, lines: ['::output rows=7'] }];
    const id = await shop.start();
    await shop.pass(10);
    remove();
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(succeeded);
    expect((await shop.runOf(id)).outputs).toEqual({ rows: '7' });
  });

  test('while it runs: it can be stopped, and its time ends', async () => {
    shop.trouble.next = [{}, {}];
    const [stopped, late] = [await shop.start(), await shop.start()];
    await shop.pass(10);
    remove();
    await shop.api('POST', `/api/runs/${stopped}/stop`, { body: {} });
    await shop.pass(7 * 60);
    expect(await shop.endOf(stopped)).toMatchObject({ state: 'stopped', tasks: [1], news: ['stopped'] });
    expect(await shop.endOf(late)).toMatchObject({ state: 'timed-out', tasks: [1], news: ['timed-out'] });
  });

  test('between two attempts: the run fails, and keeps the reason of the first', async () => {
    shop.trouble.next = [{ runMs: 1000, exitCode: 75 }];
    const retry = { attempts: 3, on: ['any' as const], backoffMs: 60_000, maxBackoffMs: 60_000 };
    const id = await shop.start({ retry });
    await shop.pass(20);
    remove();
    await shop.pass(180);
    expect(await shop.endOf(id)).toEqual({ state: 'failed', cause: removed, tasks: [1], news: ['failed'] });
    expect((await shop.runOf(id)).attempts[0].outcome.cause).toBe('exit code 75 of container job');
  });

  test('while its fan-out goes on: no more items begin, and it ends', async () => {
    const id = await shop.start({}, { forEach: { part: '1..6' }, maxParallel: 2 });
    await shop.pass(2);
    remove();
    await shop.pass(120);
    const run = await shop.runOf(id);
    expect(run).toMatchObject({ state: 'failed', fanOut: { succeeded: 2, failed: 4, active: 0 } });
    expect(shop.newsOf(id).map(({ news }) => news)).toEqual(['failed']);
  });

  test('that a chain names: the run before says that it was not started', async () => {
    // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
    const id = await shop.start({ then: [{ job: 'plain', params: {} }] });
    await shop.pass(2);
    const { plain: _, ...jobs } = shop.config.jobs;
    const before = shop.config;
    shop.configure({ ...shop.config, jobs });
    await shop.pass(60);
    shop.configure(before);
    configureLoad(shop);
    expect(await shop.endOf(id)).toEqual({ ...succeeded, news: ['succeeded-alone'] });
    const run = await shop.runOf(id);
    expect(run.next).toBeUndefined();
    expect(run.note).toBe('plain was not started after it: it is no longer in batuta.yml');
  });
});

describe('a script', () => {
  test('that prints 100 MB in one line ends as it ends, and what it reports before and after is kept', async () => {
    const piece = 'x'.repeat(262_118);
    const flood = Array.from({ length: 400 }, () => piece);
    shop.trouble.next = [{ runMs: 3000, lines: ['::output before=1', ...flood, '::output after=2'] }];
    const id = await shop.start();
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(succeeded);
    expect((await shop.runOf(id)).outputs).toEqual({ before: '1', after: '2' });
  });

  test('that prints binary is not harmed by it, nor is anything it reports', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, code) => code))
      .toString()
      .replaceAll('\n', '');
    shop.trouble.next = [
      {
        runMs: 3000,
        lines: [bytes, `::output ${bytes}`, `::output bin=${bytes}`, `::notice ${bytes}`, '::output ok=1'],
      },
    ];
    const id = await shop.start();
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(succeeded);
    const { outputs, notices } = await shop.runOf(id);
    expect(outputs).toEqual({ ok: '1', bin: bytes });
    expect(notices).toMatchObject([{ text: bytes.slice(0, 200) }]);
  });
});
