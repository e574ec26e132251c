import type { Run } from '../run/run.ts';
import { time } from './time-fields.ts';

/** A run as the API shows it: times in ISO 8601, no secrets (a run holds only their names). */
export function runView(run: Run) {
  const { id, job, state, params, outputs } = run;
  return {
    id,
    job,
    state,
    trigger: run.trigger.kind === 'api' ? { kind: 'api', caller: run.trigger.caller } : run.trigger,
    params,
    outputs,
    ...(run.progress ? { progress: run.progress } : {}),
    ...(run.note ? { note: run.note } : {}),
    ...(run.waitingFor ? { waitingFor: run.waitingFor } : {}),
    ...(run.stop ? { stop: { by: run.stop.by, why: run.stop.why } } : {}),
    ...(run.outcome ? { outcome: run.outcome } : {}),
    ...time('createdAt', run.createdAt),
    ...time('startedAt', run.startedAt),
    ...time('finishedAt', run.finishedAt),
    ...time('deadlineAt', run.deadlineAt),
    attempts: run.attempts.map(({ number, taskArn, startedAt, stoppedAt, exitCode }) => ({
      number,
      ...(taskArn ? { taskArn } : {}),
      ...time('startedAt', startedAt),
      ...time('stoppedAt', stoppedAt),
      ...(exitCode === undefined ? {} : { exitCode }),
    })),
  };
}
