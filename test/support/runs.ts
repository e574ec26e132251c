import { runIdOf } from '../../shared/core/ids.ts';
import { type Instant, toInstant } from '../../shared/core/time.ts';
import type { Attempt, Run } from '../../shared/run/run.ts';
import { report } from './run-world.ts';
import { aTask } from './task.ts';

export const now: Instant = toInstant('2026-11-20T09:10:00Z');

/** A queued run, changed by `parts`. */
export function aRun(parts: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    id: runIdOf('a', 'test'),
    job: 'report',
    state: 'queued',
    trigger: { kind: 'api', caller: 'tester', idempotencyKey: 'key', requestHash: 'hash' },
    spec: report,
    params: {},
    createdAt: toInstant('2026-11-20T09:00:00Z'),
    attempts: [],
    outputs: {},
    ...parts,
  };
}

/** An attempt without a known task, changed by `parts`. */
export function anAttempt(parts: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    intendedAt: toInstant('2026-11-20T09:00:00Z'),
    request: {
      cluster: 'prod',
      taskDefinitionArn: aTask().taskDefinitionArn,
      clientToken: 'token-1',
      startedBy: 'batuta/test/r/1',
      overrides: { containerOverrides: [] },
      network: { subnets: ['subnet-1'], securityGroups: [], assignPublicIp: false },
    },
    logGroup: '/batuta/test/jobs',
    ...parts,
  };
}
