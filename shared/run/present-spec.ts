import type { StopCause } from '../aws/task.ts';
import { canonicalHash } from '../config/canonical-json.ts';
import type { Config, JobConfig, ParamValue } from '../config/config.ts';
import { checkParams, checkParamsOfEach } from '../config/job-parameters.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import { ended } from './after-launch.ts';
import type { FanOutItem } from './fan-out-store.ts';
import type { Run } from './run.ts';

interface PresentDeps {
  stores: Pick<Stores, 'runs'>;
  config: Pick<Config, 'jobs'>;
  now(): Instant;
}
type Params = Readonly<Record<string, ParamValue>>;

/**
 * What was asked for long before runs as batuta.yml has the job now. Undefined where it is not to run any more:
 * it was stopped, or has ended here, since the job no longer takes its parameters.
 */
export async function withPresentSpec(run: Run, { stores, config, now }: PresentDeps): Promise<Run | undefined> {
  const spec = config.jobs[run.job];
  if (run.at === undefined || !spec || canonicalHash(spec) === canonicalHash(run.spec)) return run;
  const stored = await stores.runs.update(run.id, (current) =>
    current.state === 'queued' ? underSpec(current, spec, now()) : undefined,
  );
  return stored?.value.state === 'queued' ? stored.value : undefined;
}

function underSpec(run: Run, spec: JobConfig, now: Instant): Run {
  const params = givenOf(run);
  if (run.fanOut) return { ...run, spec, params };
  const checked = checkParams(spec, params);
  if (checked.ok) return { ...run, spec, params: checked.params };
  return ended({ ...run, spec }, 'failed', outdated(checked.problems), now);
}

/** Without what was only the default then: the job may have another now, or none. */
function givenOf({ params, spec }: Run): Params {
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => !isDefault(spec, name, value)));
}

const isDefault = ({ params }: JobConfig, name: string, value: ParamValue): boolean =>
  Object.hasOwn(params, name) && JSON.stringify(params[name]?.default) === JSON.stringify(value);

/** A run's parameters for a repeat: the same, but for what was only a default then and is no parameter any more. */
export function paramsAgain({ params, spec }: Pick<Run, 'params' | 'spec'>, now: Pick<JobConfig, 'params'>): Params {
  const isOver = (name: string, value: ParamValue) => !Object.hasOwn(now.params, name) && isDefault(spec, name, value);
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => !isOver(name, value)));
}

/** Parameters of items, in their order; those of a one-off were checked for the job as it was when it was asked for. */
export function paramsOfItems(
  { at, spec, params }: Run,
  items: readonly FanOutItem[],
): { params: Params; failure?: StopCause }[] {
  const whole = items.map((item) => ({ ...params, ...item }));
  if (at === undefined) return whole.map((all) => ({ params: all }));
  return checkParamsOfEach(spec, whole).map((checked, index) =>
    checked.ok ? { params: checked.params } : { params: whole[index] ?? {}, failure: outdated(checked.problems) },
  );
}

const outdated = (problems: readonly { name: string; message: string }[]): StopCause => ({
  kind: 'params',
  cause: `the job no longer takes what this run was asked for with: ${problems.map(({ name, message }) => `${name} ${message}`).join('; ')}`,
  hint: 'start it again with parameters that the job takes now',
});
