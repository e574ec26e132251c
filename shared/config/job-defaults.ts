import type { JobConfig } from './config.ts';

/** What a job has that says nothing about it; also what runs of releases before these keys are read with. */
export const jobDefaults = {
  architecture: 'x86_64',
  schedules: [],
  overlap: 'allow',
  queueLimit: 100,
  priority: 0,
  // biome-ignore lint/suspicious/noThenProperty: the key of batuta.yml
  then: [],
  onFailure: [],
} as const satisfies Partial<JobConfig>;
