import type { Config, JobConfig } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Stores } from '../store/stores.ts';
import { decideExpected, type Expected, isToLookAt } from './expect.ts';
import type { JobPauses } from './job-pause.ts';
import type { Watch } from './missed-watch.ts';
import { requestRun } from './request-run.ts';
import type { Run } from './run.ts';

export interface SweepExpectedDeps {
  stores: Pick<Stores, 'runs'>;
  pauses: Pick<JobPauses, 'history'>;
  config: Pick<Config, 'jobs'>;
  log: Log;
  now(): Instant;
}

/** Looks at the jobs with `expect` whose time is up. Costs nothing before that. */
export async function sweepExpected(
  known: Watch['expected'],
  deps: SweepExpectedDeps,
): Promise<{ expected: Watch['expected']; failures: Error[]; changed: boolean }> {
  const now = deps.now();
  const expected: Record<string, Expected> = {};
  const failures: Error[] = [];
  for (const job of Object.values(deps.config.jobs)) {
    if (job.expectMs === undefined) continue;
    const before = known[job.name] ?? { since: now };
    expected[job.name] = before;
    if (!isToLookAt(job, before, now)) continue;
    try {
      expected[job.name] = await lookAt(job, before, deps);
    } catch (error) {
      failures.push(new Error(`expect of ${job.name}: ${(error as Error).message}`, { cause: error }));
    }
  }
  return { expected, failures, changed: JSON.stringify(expected) !== JSON.stringify(known) };
}

async function lookAt(job: JobConfig, expected: Expected, deps: SweepExpectedDeps): Promise<Expected> {
  const { stores, pauses, log, now } = deps;
  const found = await newestRuns(job, expected.since, deps);
  const decision = decideExpected({ job, expected, ...found, pauses: await pauses.history(job.name), now: now() });
  switch (decision.kind) {
    case 'fine':
      return { since: decision.since };
    case 'still':
      return expected;
    case 'lapsed':
      await requestRun({ job, params: {}, trigger: decision.trigger, skipped: decision.why }, deps);
      log.warn(`${job.name} has not succeeded for as long as it was expected to`, { why: decision.why.cause });
      return { ...expected, lapse: decision.lapse };
    case 'recovered':
      await stores.runs.update(decision.lapse, (run) =>
        run.recovered ? undefined : { ...run, recovered: decision.by },
      );
      return { since: decision.since };
    default:
      return decision satisfies never;
  }
}

/** More runs than these are not looked through for a success. */
const mostPages = 20;

/** The newest run and the newest success, among those that may have ended after `since`. */
async function newestRuns(
  job: JobConfig,
  since: Instant,
  { stores }: SweepExpectedDeps,
): Promise<{ newest?: Run | undefined; success?: Run | undefined }> {
  let newest: Run | undefined;
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await stores.runs.list(`job#${job.name}`, {
      limit: pages === 0 ? 5 : 50,
      ...(cursor ? { cursor } : {}),
    });
    const runs = page.values.filter(({ trigger }) => trigger.kind !== 'expectation');
    newest ??= runs.find(({ createdAt }) => createdAt > since);
    const success = runs.find(({ state }) => state === 'succeeded');
    const isPast = runs.some(({ createdAt, at = createdAt, spec }) => at + spec.timeoutMs < since);
    if (success || isPast || !page.next) return { newest, success };
    cursor = page.next;
  }
  return { newest };
}
