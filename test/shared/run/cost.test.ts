import { describe, expect, test } from 'vitest';
import type { CapacityProviderConfig, JobConfig, PriceConfig } from '../../../shared/config/config.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { costOf, estimateOf, sumOf } from '../../../shared/run/cost.ts';
import type { Attempt, Run } from '../../../shared/run/run.ts';
import { report } from '../../support/run-world.ts';

const prices: PriceConfig = {
  currency: 'USD',
  x86: { vcpuHour: 0.04, gbHour: 0.004 },
  arm: { vcpuHour: 0.03, gbHour: 0.003 },
  storageGbHour: 0.0001,
  spot: { from: 0.3, to: 0.5 },
};
const hour = 3600;
const job = (parts: Partial<JobConfig> = {}): JobConfig => ({ ...report, cpu: 1024, memoryMiB: 2048, ...parts });
const of = (provider: string, weight = 1, base = 0): CapacityProviderConfig => ({ provider, weight, base });
const on = (...strategy: CapacityProviderConfig[]) => ({ capacity: { strategy } });

describe('an estimate', () => {
  test.each<[string, Partial<JobConfig>, number, number, number]>([
    ['of an hour is vCPU and memory', {}, hour, 0.048, 0.048],
    ['of ARM uses its prices', { architecture: 'arm64' }, hour, 0.036, 0.036],
    ['counts no storage up to 20 GiB', { storageGiB: 20 }, hour, 0.048, 0.048],
    ['counts storage above 20 GiB', { storageGiB: 120 }, hour, 0.058, 0.058],
    ['of a second is that of a minute', {}, 1, 0.0008, 0.0008],
    ['goes by whole seconds', {}, 89.2, 0.0012, 0.0012],
    ['of Spot is a range', on(of('FARGATE_SPOT')), hour, 0.0144, 0.024],
    ['of Spot and on demand reaches to the full price', on(of('FARGATE_SPOT', 4), of('FARGATE')), hour, 0.0144, 0.048],
    ['leaves out a provider without weight', on(of('FARGATE'), of('FARGATE_SPOT', 0)), hour, 0.048, 0.048],
    ['counts a provider that has a base', on(of('FARGATE'), of('FARGATE_SPOT', 0, 1)), hour, 0.0144, 0.048],
  ])('%s', (_fact, parts, seconds, from, to) => {
    expect(estimateOf(job(parts), seconds, prices)).toEqual({
      kind: 'estimate',
      currency: 'USD',
      from: expect.closeTo(from, 9),
      to: expect.closeTo(to, 9),
    });
  });

  test('there is none on instances of the account', () => {
    expect(estimateOf(job(on(of('my-instances'))), hour, prices)).toEqual({ kind: 'instances' });
  });

  test('the fallback has its own price', () => {
    const capacity = { strategy: [of('FARGATE_SPOT')], fallback: [of('FARGATE')] };
    expect(estimateOf(job({ capacity }), hour, prices, true)).toMatchObject({ from: expect.closeTo(0.048, 9) });
  });
});

describe('what a run cost', () => {
  const at = (seconds: number) => toInstant(1_000_000 + seconds * 1000);
  const attempt = (parts: Partial<Attempt>): Attempt =>
    ({ number: 1, intendedAt: at(0), logGroup: 'g', taskArn: 'task', ...parts }) as Attempt;
  const run = (attempts: readonly Attempt[], parts: Partial<Run> = {}): Run =>
    ({ spec: job(), attempts, outputs: {}, ...parts }) as Run;
  const cost = (...args: Parameters<typeof run>) => costOf(run(...args), prices, at(2 * hour));
  const amount = (hours: number) => ({ kind: 'estimate', from: expect.closeTo(0.048 * hours, 9) });

  test('is nothing before its first task', () => {
    expect(cost([])).toEqual({ kind: 'estimate', currency: 'USD', from: 0, to: 0 });
  });
  test('leaves out launches that were refused', () => {
    const { taskArn: _, ...refused } = attempt({ refused: 'Capacity is unavailable' });
    expect(cost([refused, attempt({ stoppedAt: at(hour) })])).toMatchObject(amount(1));
  });
  test('is of each attempt, of one that goes on until now', () => {
    const first = attempt({ stoppedAt: at(hour) });
    expect(cost([first, attempt({ number: 2, intendedAt: at(1.5 * hour) })])).toMatchObject(amount(1.5));
  });
  test('of a task whose end nobody saw lasts until the end of the run', () => {
    expect(cost([attempt({})], { finishedAt: at(hour) })).toMatchObject(amount(1));
  });
  test('is of the memory that the attempt had', () => {
    const more = cost([attempt({ stoppedAt: at(hour), memoryMiB: 4096 })]);
    expect(more).toMatchObject({ from: expect.closeTo(0.056, 9) });
  });
});

test('a sum leaves out what ran on instances of the account, and is none where all did', () => {
  const known = { kind: 'estimate', currency: 'USD', from: 1, to: 2 } as const;
  expect(sumOf([known, { kind: 'instances' }, known], prices)).toEqual({ ...known, from: 2, to: 4 });
  expect(sumOf([{ kind: 'instances' }], prices)).toEqual({ kind: 'instances' });
});
