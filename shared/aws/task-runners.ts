import type { ScheduledTaskConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { AwsConnection } from './connection.ts';
import { ruleTargets } from './rule-targets.ts';
import { scheduleTarget } from './schedule-target.ts';

export type RunBy = ScheduledTaskConfig['runBy'];

/** A place in somebody else's rule or schedule that runs a task definition. */
export interface RunnerTarget {
  /** Of a rule's target; a schedule has one target and it has no id. */
  id: string;
  /** With a revision, or without: then the family's latest runs. */
  taskDefinitionArn: string;
}

/** Task definition by the one it takes the place of. */
export type Replacements = ReadonlyMap<string, string>;

/** What runs task definitions at a time or on an event: EventBridge's rules and Scheduler's schedules. */
export interface TaskRunners {
  /** Its ECS targets; undefined where there is no such rule or schedule. @throws AwsCallFailed, as `replace` */
  targets(runBy: RunBy): Promise<RunnerTarget[] | undefined>;
  /**
   * Replaces task definitions and leaves all else as it is, fields newer than the SDK too: what is there is read
   * as JSON and written back. Safe to repeat. Resolves with the task definitions that its targets then have;
   * undefined where there is no such rule or schedule.
   */
  replace(runBy: RunBy, replacements: Replacements): Promise<readonly string[] | undefined>;
}

async function unlessAbsent<Answer>(look: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AwsCallFailed && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

export function taskRunners(aws: AwsConnection, now: () => number): TaskRunners {
  const rules = ruleTargets(aws);
  const schedules = scheduleTarget(aws, now);
  return {
    targets: (runBy) => unlessAbsent(() => (runBy.kind === 'rule' ? rules.targets(runBy) : schedules.targets(runBy))),
    replace: (runBy, replacements) =>
      unlessAbsent(() =>
        runBy.kind === 'rule' ? rules.replace(runBy, replacements) : schedules.replace(runBy, replacements),
      ),
  };
}
