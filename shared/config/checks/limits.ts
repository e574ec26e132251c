import { durationMs } from '../duration.ts';
import { suggestName } from '../nearest.ts';
import { defaultPrices } from '../prices.ts';
import type { Finding, Path } from '../problem.ts';
import { type Check, type CheckInput, type JobDraft, jobsOf } from './check.ts';

/** What a job says about others running at the same time, about its time and its role; and the prices. */
export const checkLimits: Check = (input) => [
  ...jobsOf(input).flatMap(([, job, path]) => [
    ...checkOverlap(job, path),
    ...checkTimeouts(job, path, input),
    ...checkGroup(job, path, input),
    ...checkTaskRole(job, path, input),
  ]),
  ...checkPrices(input),
];

function checkOverlap({ overlap, maxParallel }: JobDraft, path: Path): Finding[] {
  if (overlap !== 'allow' || maxParallel === undefined) return [];
  const message = 'limits nothing with `overlap: allow`';
  return [{ path: [...path, 'maxParallel'], message, write: 'remove one of the two, or write `overlap: queue`' }];
}

function checkTimeouts({ timeout = '1h', attemptTimeout }: JobDraft, path: Path, { given }: CheckInput): Finding[] {
  if (attemptTimeout === undefined || durationMs(attemptTimeout) <= durationMs(timeout)) return [];
  const message = `is longer than the whole run may take, ${timeout}`;
  const write = given([...path, 'timeout']) ? 'write less, or a longer `timeout`' : 'write less, or add a `timeout`';
  return [{ path: [...path, 'attemptTimeout'], message, write }];
}

function checkGroup({ group }: JobDraft, path: Path, { draft, given }: CheckInput): Finding[] {
  if (group === undefined || given(['groups', group])) return [];
  const write = suggestName(group, Object.keys(draft.groups ?? {})) ?? `add \`${group}: { maxParallel: 1 }\` to groups`;
  return [{ path: [...path, 'group'], message: `there is no group \`${group}\``, write }];
}

function checkTaskRole({ taskRole }: JobDraft, path: Path, { draft }: CheckInput): Finding[] {
  if (taskRole === undefined || draft.taskRoles?.includes(taskRole)) return [];
  const write = 'add it to `taskRoles` at the top, or remove it';
  return [{ path: [...path, 'taskRole'], message: `\`${taskRole}\` is not among the roles allowed`, write }];
}

function checkPrices({ draft, given }: CheckInput): Finding[] {
  const { currency, spot } = draft.prices ?? {};
  const { from = defaultPrices.spot.from, to = defaultPrices.spot.to } = spot ?? {};
  const findings: Finding[] = [];
  if (from > to)
    findings.push({ path: ['prices', 'spot'], message: `begins at ${from} and ends at ${to}`, write: 'swap them' });
  const missing = PRICES.filter((path) => !given(['prices', ...path.split('.')]));
  if (currency === undefined || currency === defaultPrices.currency || missing.length === 0) return findings;
  const message = `what is not written is in ${defaultPrices.currency}: ${missing.join(', ')}`;
  return [...findings, { path: ['prices', 'currency'], message, write: 'write these too' }];
}

const PRICES = ['x86.vcpuHour', 'x86.gbHour', 'arm.vcpuHour', 'arm.gbHour', 'storageGbHour'];
