import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Run, terminalRunStates } from '../../../shared/run/run.ts';
import { report, runWorld } from '../../support/run-world.ts';

type World = Awaited<ReturnType<typeof runWorld>>;

const jobs = {
  report: { ...report, overlap: 'queue', maxParallel: 1, group: 'db' },
  copy: { ...report, name: 'copy', overlap: 'queue', maxParallel: 2, group: 'db' },
  check: { ...report, name: 'check', group: 'db' },
  mail: { ...report, name: 'mail' },
} as const;
type Job = keyof typeof jobs;
const names = Object.keys(jobs) as Job[];
const limits = { maxParallel: 3, groups: { db: { maxParallel: 2 } } };

const calm = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      job: fc.constantFrom(...names),
      priority: fc.integer({ min: -1, max: 1 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), which: fc.nat(9) }) },
);

const crash = fc.record({ kind: fc.constant('crash' as const), afterCalls: fc.integer({ min: 1, max: 60 }) });
const rough = fc.oneof({ weight: 8, arbitrary: calm }, { weight: 1, arbitrary: crash });
const length = { minLength: 5, maxLength: 25 };

const runsOf = (w: World) => w.table.items().flatMap(({ sk, value }) => (sk === 'run' ? [value as Run] : []));
const underWay = (w: World) => runsOf(w).filter(({ state }) => ['launching', 'starting', 'running'].includes(state));
const inGroup = ({ job }: Run) => jobs[job as Job].group === 'db';

function isWithinLimits(w: World): boolean {
  const runs = underWay(w);
  const of = (job: Job) => runs.filter((run) => run.job === job).length;
  return of('report') <= 1 && of('copy') <= 2 && runs.filter(inGroup).length <= 2 && runs.length <= 3;
}

/** Runs that could go on, were they looked at. */
function forgotten(w: World): Run[] {
  const runs = underWay(w);
  if (runs.length >= limits.maxParallel) return [];
  return runsOf(w).filter((run) => {
    if (run.state !== 'queued') return false;
    const { group, maxParallel = Infinity } = jobs[run.job as Job] as { group?: string; maxParallel?: number };
    if (runs.filter(({ job }) => job === run.job).length >= maxParallel) return false;
    return group === undefined || runs.filter(inGroup).length < limits.groups.db.maxParallel;
  });
}

test('limits of jobs, groups and the installation hold together, and no place stays free while somebody waits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.array(calm, length), fc.array(rough, length)), async (steps) => {
      const w = await runWorld({ limits, behave: { runMs: 30_000 } });
      Object.assign(w.deps.config.jobs, jobs);
      try {
        const asked: string[] = [];
        for (const one of steps) {
          if (one.kind === 'request')
            asked.push(await w.request(`key-${asked.length}`, {}, { ...jobs[one.job], priority: one.priority }));
          if (one.kind === 'pass') await w.pass(one.seconds, 2);
          if (one.kind === 'stop' && asked.length > 0) await w.stop(asked[one.which % asked.length] ?? '');
          if (one.kind === 'crash') w.crashAfter(one.afterCalls);
          await w.settle();
          expect(isWithinLimits(w)).toBe(true);
        }
        if (!steps.some(({ kind }) => kind === 'crash')) {
          await w.pass(5);
          expect(forgotten(w)).toEqual([]);
        }
        await w.pass(2400, 20);
        expect(runsOf(w).filter(({ state }) => !terminalRunStates.has(state))).toEqual([]);
      } finally {
        w.close();
      }
    }),
    { numRuns: 40, seed: 7 },
  );
});
