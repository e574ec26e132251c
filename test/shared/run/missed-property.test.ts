import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fireTimesBetween } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';
import { hourly, scheduleWorld } from '../../support/schedule-world.ts';

const expression = 'cron(0/10 * * * ? *)';
const startAt = '2026-11-20T09:35:00Z';

/** Some minutes in the life of a schedule and of the sweep. */
const phase = fc.record({
  minutes: fc.integer({ min: 1, max: 45 }),
  scheduler: fc.constantFrom('delivers', 'delivers', 'loses', 'holds'),
  isSweepDead: fc.boolean(),
  /** The sweep's process is gone after so many writes. */
  crashAfter: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
});

function firingsUntil(toMs: number): string[] {
  const parsed = parseSchedule(expression);
  if (!parsed.ok) throw new Error(parsed.problem);
  return fireTimesBetween(parsed.schedule, Date.parse(startAt), toMs).map((ms) => new Date(ms).toISOString());
}

test.each(['none', 'last', 'all'] as const)(
  'with catchUp %s every firing comes to one run, whatever Scheduler loses and wherever the sweep dies',
  async (catchUp) => {
    await fc.assert(
      fc.asyncProperty(fc.array(phase, { minLength: 1, maxLength: 6 }), async (phases) => {
        const w = await scheduleWorld([{ schedules: [hourly({ expression, catchUp, graceMs: 60_000 })] }], { startAt });
        await w.sweep();
        for (const { minutes, scheduler, isSweepDead, crashAfter } of phases) {
          w.delivery.lose = scheduler === 'loses';
          w.delivery.hold = scheduler === 'holds';
          w.sweeps.dead = isSweepDead;
          w.faults.putsLeft = crashAfter ?? Number.POSITIVE_INFINITY;
          await w.pass(minutes);
          // A new process takes over.
          w.faults.putsLeft = Number.POSITIVE_INFINITY;
        }
        [w.delivery.lose, w.delivery.hold, w.sweeps.dead] = [false, false, false];
        await w.pass(1);
        const until = w.clock.now() - 3 * 60_000;
        for (const late of w.delivery.held) await w.deliver(late);
        await w.pass(3);
        const runs = w.all();
        const times = runs.map(({ trigger }) => (trigger.kind === 'schedule' ? Date.parse(trigger.scheduledTime) : 0));
        const settled = times.filter((ms) => ms < until).sort((a, b) => a - b);
        expect(settled.map((ms) => new Date(ms).toISOString())).toEqual(firingsUntil(until));
        const started = runs.filter(({ missed }) => missed !== undefined);
        const skipped = runs.filter(({ outcome }) => outcome?.kind === 'missed');
        if (catchUp === 'none') expect(started).toEqual([]);
        if (catchUp === 'all') expect(skipped).toEqual([]);
        const byId = new Map(runs.map((run) => [run.id, run]));
        // What is not told by itself is told with a later run that is, over several sweeps that died perhaps.
        for (const { toldWith } of runs) {
          let teller = toldWith && byId.get(toldWith);
          while (teller?.toldWith) teller = byId.get(teller.toldWith);
          if (toldWith) expect(teller).toBeDefined();
        }
        w.close();
      }),
      { numRuns: 25 },
    );
  },
);
