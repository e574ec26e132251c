import { onFargate } from '../aws/task-request.ts';
import type { CapacityProviderConfig, JobConfig } from '../config/config.ts';
import { fargateMemories } from '../config/fargate-size.ts';
import { currentAttempt } from './attempts.ts';
import type { Attempt, Run } from './run.ts';

const lackedCapacity = ({ noCapacity, outcome, fallback }: Attempt) =>
  noCapacity || fallback || outcome?.kind === 'spot' || outcome?.kind === 'capacity';

/** Whether the next attempt asks for the fallback: there is one, and the first choice was refused or taken back. */
export const usesFallback = (run: Run): boolean =>
  run.spec.capacity?.fallback !== undefined && run.attempts.some(lackedCapacity);

/** Where the next attempt runs; undefined: Fargate on demand. */
export const capacityOf = (run: Run): readonly CapacityProviderConfig[] | undefined =>
  usesFallback(run) ? run.spec.capacity?.fallback : run.spec.capacity?.strategy;

/** The next size up for a job that ran out of `lastMiB`; on EC2 each size is possible. */
function enlarged({ cpu, retry, capacity }: JobConfig, lastMiB: number): number {
  if (!retry?.memory) return lastMiB;
  const { factor, maxMiB } = retry.memory;
  const wanted = Math.min(Math.ceil(lastMiB * factor), maxMiB);
  if (capacity && !onFargate(capacity.strategy)) return Math.max(lastMiB, wanted);
  const sizes = fargateMemories(cpu).filter((size) => size > lastMiB && size <= maxMiB);
  return sizes.find((size) => size >= wanted) ?? sizes.at(-1) ?? lastMiB;
}

/** What the next attempt has, where that is not the job's own size: more after each end by want of memory. */
export function memoryOf(run: Run): number | undefined {
  const last = currentAttempt(run);
  if (last?.outcome?.kind !== 'oom') return last?.memoryMiB;
  const lastMiB = last.memoryMiB ?? run.spec.memoryMiB;
  const next = enlarged(run.spec, lastMiB);
  return next === run.spec.memoryMiB ? undefined : next;
}
