import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NextJobConfig } from '../../shared/config/config.ts';
import { openTroubledShop, type TroubledShop } from '../support/troubled-shop.ts';

let shop: TroubledShop;
beforeAll(async () => {
  shop = await openTroubledShop();
});
beforeEach(async () => {
  shop.heal();
  await shop.beginAnew();
});
afterAll(() => shop.close());

test.each([{}, { items: [{ part: 1 }] }, { at: '2027-01-01T00:00:00Z' }])(
  'parameters over what RunTask takes are refused with their size, beside %j too',
  async (more) => {
    const params = { shops: Array.from({ length: 10_000 }, () => 'x'.repeat(100)) };
    const answer = await shop.api('POST', '/api/jobs/load/runs', { body: { params, ...more } });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/\d{7} characters.*8192/) } });
  },
);

/** c00 → c01 → …, the last of which wants an output of the first. */
function configureChain(length: number): string[] {
  const { plain } = shop.config.jobs;
  if (!plain) throw new Error('no job plain');
  const names = Array.from({ length }, (_, index) => `c${`${index}`.padStart(2, '0')}`);
  const next = (index: number): NextJobConfig[] => {
    const job = names[index + 1];
    if (job === undefined) return [];
    return [{ job, params: index === length - 2 ? { file: '{{steps.c00.outputs.file}}' } : {} }];
  };
  const file = { type: 'string', required: false } as const;
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  const jobs = names.map((name, index) => [name, { ...plain, name, params: { file }, then: next(index) }]);
  shop.configure({ ...shop.config, jobs: { ...shop.config.jobs, ...Object.fromEntries(jobs) } });
  return names;
}

test('a chain of jobs with all the outputs that they may have ends, and says what it could not hand on', async () => {
  const names = configureChain(15);
  const outputs = ['a', 'b', 'c', 'd'].map((key) => `::output ${key}=${'y'.repeat(8000)}`);
  shop.trouble.next = names.map(() => ({ runMs: 1000, lines: ['::output file=backup.gz', ...outputs] }));
  await shop.api('POST', '/api/jobs/c00/runs', { body: {} });
  await shop.pass(120);
  const { runs } = (await shop.api('GET', '/api/runs?limit=100')).body;
  const ends = names.map((name) => runs.find(({ job }: { job: string }) => job === name));
  expect(ends.slice(0, -1).map(({ state }) => state)).toEqual(names.slice(0, -1).map(() => 'succeeded'));
  expect(ends.at(-1)).toMatchObject({
    state: 'failed',
    outcome: { cause: expect.stringMatching(/^c00 has no output file, or it was left out: a chain hands on 200 kB/) },
  });
  expect(shop.errors).toEqual([]);
});

test('a script that prints 20 000 outputs ends as it ends, keeps the first of them and says so', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `::output k${index}=v`);
  shop.trouble.next = [{ runMs: 3000, lines }];
  const id = await shop.start();
  await shop.pass(60);
  expect(await shop.endOf(id)).toEqual({ state: 'succeeded', cause: undefined, tasks: [1], news: ['succeeded'] });
  const { outputs, note } = await shop.runOf(id);
  expect(Object.keys(outputs)).toHaveLength(200);
  expect(note).toMatch(/^::output k\d+, .* were left out: a run may have 200 outputs of 32768 bytes together$/);
});
