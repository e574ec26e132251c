import { durationMs } from '../duration.ts';
import { fargateSizeProblem } from '../fargate-size.ts';
import type { Finding, Path } from '../problem.ts';
import { RETRY } from '../schema/retry.ts';
import { runsOnEc2 } from './capacity.ts';
import { type Check, type JobDraft, jobsOf } from './check.ts';

type RetryDraft = NonNullable<JobDraft['retry']>;

/** Each reason to retry can come about, and the memory of a later attempt is one that there is. */
export const checkRetries: Check = (input) =>
  jobsOf(input).flatMap(([, job, path]) => {
    const { retry } = job;
    if (retry === undefined) return [];
    const at = [...path, 'retry'];
    return [...checkBackoff(retry, at), ...checkReasons(job, retry, at), ...checkMemory(job, retry, at)];
  });

function checkBackoff({ backoff = RETRY.backoff, maxBackoff }: RetryDraft, path: Path): Finding[] {
  if (maxBackoff === undefined || durationMs(maxBackoff) >= durationMs(backoff)) return [];
  const message = `is shorter than the first wait, ${backoff}`;
  return [{ path: [...path, 'maxBackoff'], message, write: 'write more, or a shorter `backoff`' }];
}

function checkReasons({ attemptTimeout }: JobDraft, { on, memory }: RetryDraft, path: Path): Finding[] {
  const findings: Finding[] = [];
  const timeout = on?.indexOf('timeout') ?? -1;
  if (timeout >= 0 && attemptTimeout === undefined)
    findings.push({
      path: [...path, 'on', timeout],
      message: 'no attempt can time out: `timeout` ends the whole run',
      write: 'add an `attemptTimeout`, or remove it',
    });
  if (memory !== undefined && !(on ?? RETRY.on).some((reason) => reason === 'oom' || reason === 'any'))
    findings.push({ path: [...path, 'memory'], message: 'goes with `oom`', write: 'add `oom` to `on`, or remove it' });
  return findings;
}

function checkMemory(job: JobDraft, { memory }: RetryDraft, path: Path): Finding[] {
  const { cpu = 256, memory: own = 512 } = job;
  const max = memory?.max;
  if (max === undefined) return [];
  const at = [...path, 'memory', 'max'];
  if (max <= own) return [{ path: at, message: `is not more than the job's own ${own} MiB`, write: 'write more' }];
  const problem = runsOnEc2(job) ? undefined : fargateSizeProblem(cpu, max);
  // A cpu that there is not is told where it stands.
  if (problem === undefined || problem.key === 'cpu') return [];
  return [{ path: at, message: problem.message, write: problem.write }];
}
