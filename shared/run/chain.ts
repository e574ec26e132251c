import type { Config, NextJobConfig, ParamScalar, ParamValue } from '../config/config.ts';
import { checkParams } from '../config/job-parameters.ts';
import { paramFromText } from '../config/param-text.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { badParams, requestRun } from './request-run.ts';
import type { Run } from './run.ts';
import { nextJobsOf } from './settling.ts';

interface ChainDeps {
  stores: Pick<Stores, 'runs'>;
  config: Pick<Config, 'jobs'>;
  now(): Instant;
}
type Steps = NonNullable<Run['steps']>;

/** `{{steps.JOB.outputs.NAME}}`; a job's name holds no dot. */
const stepOutput = /\{\{\s*steps\.([\w-]+)\.outputs\.([\w.-]+)\s*\}\}/g;

/**
 * Starts the jobs that a run's end asks for, each once; resolves with the ids of their runs. `gone`: jobs that
 * batuta.yml had when the run began, and has no more.
 */
export async function startNextJobs(run: Run, deps: ChainDeps): Promise<{ started: string[]; gone: string[] }> {
  const { as, jobs } = nextJobsOf(run);
  const steps = within(mostBytes, { ...run.steps, [run.job]: run.outputs }, run.job);
  const started: string[] = [];
  const gone: string[] = [];
  for (const next of jobs) {
    const job = Object.hasOwn(deps.config.jobs, next.job) ? deps.config.jobs[next.job] : undefined;
    // Taken out since: `check` refuses a chain to nowhere.
    if (!job) {
      gone.push(next.job);
      continue;
    }
    const filled = fillParams(next, steps);
    const checked = filled.missing.length > 0 ? undefined : checkParams(job, typed(filled.params, job));
    const asked = await requestRun(
      {
        job,
        trigger: { kind: 'job', run: run.id, job: run.job, as },
        steps,
        ...(checked?.ok
          ? { params: checked.params }
          : {
              params: {},
              failure: checked
                ? badParams(`what ${run.job} gives it`, checked.problems)
                : missingOutcome(run, filled.missing),
            }),
      },
      deps,
    );
    started.push(asked.run.id);
  }
  return { started, gone };
}

/** An item of the table holds 400 kB, attempts and outputs of the run itself among them (docs: DynamoDB quotas). */
const mostBytes = 200 * 1024;
const sizeOf = (outputs: Steps[string]) => Buffer.byteLength(Object.entries(outputs).flat().join(''));

/** The largest outputs of earlier jobs become none until the rest fits; `last` keeps its own. */
function within(most: number, steps: Steps, last: string): Steps {
  const kept = { ...steps };
  const earlier = Object.keys(steps).filter((job) => job !== last);
  const largestFirst = earlier.toSorted((a, b) => sizeOf(steps[b] ?? {}) - sizeOf(steps[a] ?? {}) || (a < b ? -1 : 1));
  let total = Object.values(steps).reduce((sum, outputs) => sum + sizeOf(outputs), 0);
  for (const job of largestFirst) {
    if (total <= most) break;
    total -= sizeOf(steps[job] ?? {});
    kept[job] = {};
  }
  return kept;
}

function fillParams({ params }: NextJobConfig, steps: Steps) {
  const missing: string[] = [];
  const fill = (text: string) =>
    text.replace(stepOutput, (_, job: string, name: string) => {
      const outputs = Object.hasOwn(steps, job) ? steps[job] : undefined;
      const value = outputs && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
      if (value === undefined)
        missing.push(outputs && isLeftOut(outputs) ? leftOut(job, name) : `${job} has no output ${name}`);
      return value ?? '';
    });
  const filled = Object.entries(params).map(([name, value]): [string, ParamValue] => [
    name,
    typeof value === 'object' ? value.map((item) => fillScalar(item, fill)) : fillScalar(value, fill),
  ]);
  return { params: Object.fromEntries(filled), missing };
}

const isLeftOut = (outputs: Steps[string]) => Object.keys(outputs).length === 0;
const leftOut = (job: string, name: string) =>
  `${job} has no output ${name}, or it was left out: a chain hands on ${mostBytes / 1024} kB of outputs in all`;

const fillScalar = (value: ParamScalar, fill: (text: string) => string): ParamScalar =>
  typeof value === 'string' ? fill(value) : value;

/** Outputs are text; where the job wants a number, a list or true and false, a text that is one becomes it. */
function typed(params: Record<string, ParamValue>, job: Config['jobs'][string]): Record<string, unknown> {
  const convert = (name: string, value: ParamValue): unknown => {
    const param = Object.hasOwn(job.params, name) ? job.params[name] : undefined;
    return param && typeof value === 'string' ? paramFromText(param, value) : value;
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, convert(name, value)]));
}

const missingOutcome = (run: Run, missing: readonly string[]) => ({
  kind: 'params',
  cause: `${missing.join('; ')} (${run.id})`,
  hint: `let ${run.job} print it: ::output NAME=VALUE`,
});
