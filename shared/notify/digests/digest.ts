import type { DigestConfig } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';

/** What a digest sums up, by globs of names; absent: nothing of the kind. */
export interface DigestScope {
  jobs?: string;
  /** Services and scheduled tasks, which deployments go to. */
  services?: string;
  /** Only deployments of images with this tag. */
  tag?: string;
}

/** The time that one digest sums up. */
export interface DigestPeriod {
  every: DigestConfig['every'];
  timezone: string;
  /** What ended from then on, */
  start: Instant;
  /** and before then. */
  end: Instant;
}

export interface DeploymentCounts {
  succeeded: number;
  failed: number;
  rolledBack: number;
}

export interface DigestOfDeployments extends DeploymentCounts {
  /** The worst first, at most 20; then how many more. */
  services: readonly (DeploymentCounts & { name: string })[];
  more: number;
  /** Services of which only the latest 500 were counted. */
  cut: readonly string[];
}

interface JobFailures {
  job: string;
  failed: number;
  /** Of so many. */
  runs: number;
  /** Of the latest. */
  cause?: string;
}

/** Firings that made no run in time, or a success that was expected and did not come. */
export interface JobMissed {
  job: string;
  count: number;
  /** The first few of the firings. */
  firings: readonly Instant[];
  /** How often no success came in the time that `expect` gives. */
  lapses: number;
}

/** By the price table; `from` and `to` differ where a share is Spot's. */
export interface JobCost {
  from: number;
  to: number;
  /** Some was not counted. */
  isLeast?: true;
}

export interface DigestOfRuns {
  runs: number;
  succeeded: number;
  failed: number;
  stopped: number;
  cost: JobCost & { currency: string };
  /** Most failures first, at most 20; then how many jobs more. */
  failures: readonly JobFailures[];
  moreFailures: number;
  /** Firings and expected successes of all jobs. */
  missedInAll: number;
  missed: readonly JobMissed[];
  moreMissed: number;
  /** The longest run of each, the longest first; a few. */
  slowest: readonly { job: string; ms: number }[];
  expensive: readonly ({ job: string } & JobCost)[];
  /** Jobs of which only the latest 500 were counted. */
  cut: readonly string[];
}

/** The summary of one period for the routes that ask for it: made once, told by each of their channels. */
export interface Digest extends DigestPeriod {
  schemaVersion: 1;
  /** Follows from what it sums up and the end of its period. */
  id: string;
  /** What the routes that ask for it have in common: routes are edited, and this says which of them still do. */
  key: string;
  scope: DigestScope;
  madeAt: Instant;
  /** Absent: none are in its scope. */
  deployments?: DigestOfDeployments;
  runs?: DigestOfRuns;
}
