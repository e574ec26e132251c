import type { Finding, Path } from '../problem.ts';
import type { Draft } from '../schema.ts';

export interface CheckInput {
  draft: Draft;
  /** Whether the file has anything at all at `path`, of a right shape or not: a wrong one is told already. */
  given: (path: Path) => boolean;
  /** File names in the toolbox's scripts folder; absent: not checked. */
  toolboxScripts: readonly string[] | undefined;
}

export type Check = (input: CheckInput) => Finding[];

export type ServiceDraft = NonNullable<NonNullable<Draft['services']>[string]>;
export type ScheduledTaskDraft = NonNullable<NonNullable<Draft['scheduledTasks']>[string]>;
export type JobDraft = NonNullable<NonNullable<Draft['jobs']>[string]>;
export type ParamDraft = NonNullable<NonNullable<JobDraft['params']>[string]>;

/** The entries that are there, with their path. */
export function entries<T>(record: Record<string, T | undefined> | undefined, ...path: Path): [string, T, Path][] {
  return Object.entries(record ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value, [...path, key]] satisfies [string, T, Path]],
  );
}

export const jobsOf = ({ draft }: CheckInput): [string, JobDraft, Path][] => entries(draft.jobs, 'jobs');

/** What gets images: services and scheduled tasks. */
export function targets({ services, scheduledTasks }: Draft): [string, ServiceDraft | ScheduledTaskDraft, Path][] {
  return [...entries(services, 'services'), ...entries(scheduledTasks, 'scheduledTasks')];
}
