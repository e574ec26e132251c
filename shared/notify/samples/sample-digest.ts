import { type Instant, plus } from '../../core/time.ts';
import type { Digest } from '../digests/digest.ts';

const [minute, hour] = [60_000, 3_600_000];

/** A day with some of everything, as its record is. */
export const sampleDigest = (at: Instant): Digest => ({
  schemaVersion: 1,
  id: 'sample',
  key: 'sample',
  every: 'day',
  timezone: 'UTC',
  start: plus(at, -24 * hour),
  end: at,
  scope: { jobs: '*', services: '*' },
  madeAt: at,
  deployments: {
    ...{ succeeded: 5, failed: 0, rolledBack: 1, more: 0, cut: [] },
    services: [
      { name: 'shop-api', succeeded: 2, failed: 0, rolledBack: 1 },
      { name: 'web', succeeded: 3, failed: 0, rolledBack: 0 },
    ],
  },
  runs: {
    ...{ runs: 148, succeeded: 144, failed: 3, stopped: 1, moreFailures: 0, missedInAll: 1, moreMissed: 0, cut: [] },
    cost: { currency: 'USD', from: 1.61, to: 1.61 },
    failures: [
      { job: 'db-backup', failed: 2, runs: 24, cause: 'exit code 1 of container job' },
      { job: 'report', failed: 1, runs: 24, cause: 'out of memory' },
    ],
    missed: [{ job: 'clean-up', count: 1, firings: [plus(at, -6 * hour)], lapses: 0 }],
    slowest: [
      { job: 'db-backup', ms: 41 * minute },
      { job: 'report', ms: 12 * minute },
    ],
    expensive: [
      { job: 'report', from: 1.2, to: 1.2 },
      { job: 'db-backup', from: 0.35, to: 0.35 },
    ],
  },
});
