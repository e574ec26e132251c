import type { StopCause } from '../aws/task.ts';
import type { JobConfig, ParamValue } from '../config/config.ts';
import { type RunId, runIdOf } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import type { Stores } from '../store/stores.ts';
import type { FanOut, Run, RunTrigger } from './run.ts';

export interface RunRequest {
  job: JobConfig;
  /** Checked, defaults filled in. */
  params: Readonly<Record<string, ParamValue>>;
  trigger: RunTrigger;
  /** Why it cannot run at all: recorded and announced as failed, since nobody waits for the answer. */
  failure?: StopCause;
  /** Why it is not to run. */
  skipped?: StopCause;
  /** Not before. */
  at?: Instant;
  retryOf?: RunId;
  steps?: NonNullable<Run['steps']>;
  fanOut?: FanOut;
  missed?: string;
  toldWith?: RunId;
}
/** `conflict`: the key was used for another request, which made `run`. */
export type RunAnswer = { kind: 'created' | 'existing' | 'conflict'; run: Run };

/** The outcome of a run that nobody waits for and whose parameters are wrong; `whose` gave them. */
export const badParams = (whose: string, problems: readonly { name: string; message: string }[]): StopCause => ({
  kind: 'params',
  cause: `${whose} is wrong: ${problems.map(({ name, message }) => `${name} ${message}`).join('; ')}`,
  hint: "correct the parameters in batuta.yml, or give the job's params defaults",
});

/** One trigger, one id: an idempotency key by caller and job, a firing by schedule and time, a deployment by phase and job. */
export function idOf(job: string, trigger: RunTrigger): RunId {
  switch (trigger.kind) {
    case 'schedule':
      return runIdOf('schedule', trigger.scheduleArn, trigger.scheduledTime);
    case 'api':
      return runIdOf('api', trigger.caller, job, trigger.idempotencyKey);
    case 'deployment':
      return runIdOf('deployment', trigger.deployment, trigger.phase, job);
    case 'item':
      return runIdOf('item', trigger.parent, String(trigger.index));
    case 'job':
      return runIdOf('job', trigger.run, trigger.as, job);
    case 'expectation':
      return runIdOf('expectation', job, trigger.since);
    default:
      return trigger satisfies never;
  }
}

const hashOf = (trigger: RunTrigger) => (trigger.kind === 'api' ? trigger.requestHash : '');

/** Records a run to be launched; safe to repeat. Its announcement wakes launch-runs, the sweep does otherwise. */
export async function requestRun(
  { job, params, trigger, failure, skipped, at, ...more }: RunRequest,
  { stores, now }: { stores: Pick<Stores, 'runs'>; now(): Instant },
): Promise<RunAnswer> {
  const outcome = failure ?? skipped;
  const { created, stored } = await stores.runs.create({
    schemaVersion: 1,
    id: idOf(job.name, trigger),
    job: job.name,
    state: failure ? 'failed' : skipped ? 'skipped' : 'queued',
    trigger,
    spec: job,
    params,
    createdAt: now(),
    attempts: [],
    outputs: {},
    ...more,
    ...(at === undefined ? {} : { at, notBefore: at }),
    ...(outcome ? { outcome, finishedAt: now() } : {}),
  });
  if (created) return { kind: 'created', run: stored.value };
  return repeated(stored.value, trigger);
}

const repeated = (run: Run, trigger: RunTrigger): RunAnswer => ({
  kind: hashOf(run.trigger) === hashOf(trigger) ? 'existing' : 'conflict',
  run,
});

/** What this trigger has already made; undefined where it is new. */
export async function findAsked(
  job: string,
  trigger: RunTrigger,
  { stores }: { stores: Pick<Stores, 'runs'> },
): Promise<RunAnswer | undefined> {
  const stored = await stores.runs.get(idOf(job, trigger));
  return stored && repeated(stored.value, trigger);
}
