import { z } from 'zod';
import { nonEmpty } from './common.ts';
import { value } from './param.ts';
import { section } from './section.ts';

const EXAMPLE = { job: 'verify-backup', params: { file: '{{steps.db-backup.outputs.file}}' } };

/** A job that another one starts: its name, or also what it is given. */
const nextJob = z.union([
  nonEmpty,
  section(
    {
      job: nonEmpty.meta({ description: 'The job that starts.', examples: [EXAMPLE.job] }),
      params: z
        .record(z.string(), value)
        .default({})
        .meta({
          description: 'Its parameters; `{{steps.JOB.outputs.NAME}}` stands for an output of a job before it.',
          examples: [EXAMPLE.params],
        }),
    },
    [],
    { name: 'job', param: 'params', args: 'params' },
  ),
]);

export const nextJobs = (when: string) =>
  z
    .array(nextJob)
    .default([])
    .meta({ description: `Jobs that start after ${when}.`, examples: [['verify-backup'], [EXAMPLE]] });

export type NextJobYaml = z.output<typeof nextJob>;
