import type { NewsFamily, Severity } from '../config/config.ts';

/** What kinds of news there are; the part before the first `-` is what routes call `kind`. */
export const newsKinds = [
  'deployment-held',
  'deployment-started',
  'deployment-succeeded',
  'deployment-failed',
  'deployment-rolled-back',
  'deployment-superseded',
  'deployment-skipped',
  'run-started',
  'run-succeeded',
  'run-failed',
  'run-timed-out',
  'run-stopped',
  'run-lost',
  'run-missed',
  'run-late',
  'run-skipped',
  'run-repeated',
  'run-recovered',
  'service-crash-loop',
  'service-impaired',
  'service-unplaced',
  'service-unhealthy',
  'service-short',
  'service-recovered',
  'environment-awake',
  'environment-asleep',
  'environment-not-woken',
  'batuta-dead-letters',
  'batuta-channel-failing',
  'batuta-schedules-differ',
  'batuta-recovered',
  'digest-summary',
] as const;
export type NewsKind = (typeof newsKinds)[number];

export const familyOf = (kind: NewsKind): NewsFamily => kind.slice(0, kind.indexOf('-')) as NewsFamily;

const one = { info: ['info'], warning: ['warning'], error: ['error'] } as const;

/** The severities that news of each kind can have, the usual one first. */
const severities: Readonly<Record<NewsKind, readonly Severity[]>> = {
  'deployment-held': ['info', 'warning'],
  'deployment-started': one.info,
  'deployment-succeeded': one.info,
  'deployment-failed': one.error,
  'deployment-rolled-back': one.error,
  'deployment-superseded': one.info,
  'deployment-skipped': ['warning', 'info'],
  'run-started': one.info,
  // A job of its chain was not started.
  'run-succeeded': ['info', 'warning'],
  'run-failed': one.error,
  'run-timed-out': one.error,
  'run-stopped': ['warning', 'info'],
  'run-lost': one.error,
  'run-missed': ['error', 'warning'],
  'run-late': one.warning,
  'run-skipped': ['warning', 'info'],
  'run-repeated': ['error', 'warning'],
  // What was over before anybody was told is a warning.
  'run-recovered': ['info', 'warning'],
  'service-crash-loop': one.error,
  'service-impaired': ['error', 'warning'],
  'service-unplaced': one.error,
  'service-unhealthy': ['error', 'warning'],
  'service-short': one.error,
  'service-recovered': ['info', 'warning'],
  'environment-awake': one.info,
  'environment-asleep': one.info,
  'environment-not-woken': one.error,
  'batuta-dead-letters': one.error,
  'batuta-channel-failing': one.error,
  'batuta-schedules-differ': one.error,
  'batuta-recovered': ['info', 'warning'],
  'digest-summary': one.info,
};
export const severitiesOf = (kind: NewsKind): readonly Severity[] => severities[kind];

/**
 * Who hears it by `only`: `failures` what went wrong and that it is over, `changes` also what changed what runs,
 * `all` also that a run started or succeeded. `progress` is for channels that update a message in place and for `all`.
 */
export type NewsLevel = 'failures' | 'changes' | 'progress' | 'all';

const levels: Partial<Record<NewsKind, NewsLevel>> = {
  'deployment-held': 'changes',
  'deployment-started': 'progress',
  'deployment-succeeded': 'changes',
  'deployment-superseded': 'changes',
  // At severity info: what `mode: observe` leaves undone.
  'deployment-skipped': 'changes',
  'run-started': 'all',
  'run-succeeded': 'all',
  // At severity info: `overlap: replace` wants it.
  'run-stopped': 'all',
  // At severity info: as `overlap` or a pause wants it.
  'run-skipped': 'all',
  'environment-awake': 'changes',
  'environment-asleep': 'changes',
};

/** A piece of news that warns is a failure, whatever its kind: a hold whose scan failed, a skipped release. */
export const levelOf = (kind: NewsKind, severity: Severity): NewsLevel =>
  severity === 'info' ? (levels[kind] ?? 'failures') : 'failures';
