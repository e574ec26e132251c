import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobConfig } from '../../../../shared/config/config.ts';
import { runIdOf } from '../../../../shared/core/ids.ts';
import { iso, toInstant } from '../../../../shared/core/time.ts';
import { digestRoute, digestWorld } from '../../../support/digest-world.ts';
import { aRun } from '../../../support/runs.ts';

type World = ReturnType<typeof digestWorld>;
const [minute, day] = [60_000, 24 * 60];

/** Minutes: when it is asked for, and from each to the next: its end, the record of that, and a later write. */
interface History {
  asked: number;
  took: number;
  late: number;
  again: number;
}
interface Act {
  /** Minutes from the start. */
  at: number;
  does(time: string): Promise<unknown>;
}

function historyOf(world: World, job: string, { asked, took, late, again }: History, timeOf: (at: number) => string) {
  const { runs } = world.stores;
  const id = runIdOf('property', job);
  const finishedAt = toInstant(timeOf(asked + took));
  const write = (at: number, act: (time: string) => Promise<unknown>): Act => ({
    at,
    does: (time) => world.recordedAt(time, () => act(time)),
  });
  return [
    write(asked, (time) => runs.create(aRun({ id, job, createdAt: toInstant(time) }))),
    write(asked + took + late, () => runs.update(id, (run) => ({ ...run, state: 'failed', finishedAt }))),
    write(asked + took + late + again, () => runs.update(id, (run) => ({ ...run, note: 'read its log' }))),
  ];
}

const upTo = (max: number) => fc.integer({ min: 0, max });
const anyHistory = fc.record({ asked: upTo(6 * day), took: upTo(5 * day), late: upTo(90), again: upTo(2 * day) });
/** Ends and looks about the time of a digest, which is so many minutes after midnight. */
const casesOf = (minutes: number) => {
  const time = 2 * day + minutes;
  const closeHistory = fc.record({
    asked: fc.constant(0),
    took: fc.integer({ min: time - 4, max: time + 4 }),
    late: upTo(8),
    again: upTo(20),
  });
  return fc.record({
    // Clocks change on 2026-10-25 and 2026-03-29.
    start: fc.constantFrom('2026-10-23', '2026-03-27', '2026-11-16').map((date) => toInstant(`${date}T00:00:00Z`)),
    at: fc.constant(iso(toInstant(minutes * minute)).slice(11, 16)),
    timezone: fc.constantFrom('Europe/Lisbon', 'UTC'),
    looks: fc.array(upTo(12 * day), { maxLength: 20 }),
    closeLooks: fc.array(fc.integer({ min: time, max: time + 10 }), { maxLength: 5 }),
    histories: fc.array(fc.oneof(anyHistory, closeHistory), { minLength: 1, maxLength: 15 }),
  });
};
const cases = fc.constantFrom(0, 90, 480).chain(casesOf);

test('every run is told by one digest, whenever it is asked for, ends, is recorded and looked at', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ start, at: time, timezone, looks, closeLooks, histories }) => {
      const world = digestWorld([digestRoute({ at: time, timezone }, { when: { kind: ['run'] } })]);
      const jobs = histories.map((_, index) => `job-${index}`);
      const { report } = world.config.jobs;
      world.config.jobs = Object.fromEntries(jobs.map((name) => [name, { ...report, name } as JobConfig]));
      const timeOf = (at: number) => iso(toInstant(start + at * minute));
      const made: string[] = [];
      const look = (at: number): Act => ({
        at,
        async does(clock) {
          world.at(clock);
          made.push(...(await world.wake()));
        },
      });
      // At least one in three days, so that all periods are made up for, and one after the last.
      const looksAt = [...looks, ...closeLooks, ...[0, 3, 6, 9, 12, 15, 16].map((date) => date * day)];
      const acts = histories.flatMap((history, index) => historyOf(world, `job-${index}`, history, timeOf));
      for (const { at, does } of [...looksAt.map(look), ...acts].toSorted((a, b) => a.at - b.at))
        await does(timeOf(at));
      const digests = await Promise.all(made.map((id) => world.stores.digests.get(id)));
      const told = digests.flatMap((one) => one?.runs?.failures ?? []).map(({ job, failed }) => `${job}: ${failed}`);
      expect(told.toSorted()).toEqual(jobs.map((job) => `${job}: 1`).toSorted());
    }),
    { numRuns: 100 },
  );
});
