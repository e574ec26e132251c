import { expect, test } from 'vitest';
import type { JobConfig } from '../../../shared/config/config.ts';
import { taskDefinitionOf } from '../../../shared/run/task-definition.ts';
import { report } from '../../support/run-world.ts';

const settings = {
  stage: 'test',
  registry: '123456789012.dkr.ecr.us-east-1.amazonaws.com',
  region: 'us-east-1',
  toolboxImage: 'toolbox:1',
  taskRoleArn: 'arn:aws:iam::123456789012:role/task',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  logGroup: '/jobs',
};
const made = (spec: Partial<JobConfig>) => taskDefinitionOf({ ...report, ...spec }, 'toolbox', settings);
const on = (provider: string) => [{ provider, weight: 1, base: 0 }];

test.each<[string, Partial<JobConfig>, object]>([
  ['the usual one', {}, { architecture: 'X86_64', runsOn: ['FARGATE'], taskRoleArn: settings.taskRoleArn }],
  ['on Graviton', { architecture: 'arm64' }, { architecture: 'ARM64' }],
  ['with more storage', { storageGiB: 50 }, { storageGiB: 50 }],
  ['with a role of its own', { taskRoleArn: 'arn:role' }, { taskRoleArn: 'arn:role' }],
  ['on Spot', { capacity: { strategy: on('FARGATE_SPOT') } }, { runsOn: ['FARGATE'] }],
  ['on instances', { capacity: { strategy: on('gpu') } }, { runsOn: ['EC2'] }],
  [
    'on instances, else on Fargate',
    { capacity: { strategy: on('gpu'), fallback: on('FARGATE') } },
    { runsOn: ['EC2', 'FARGATE'] },
  ],
])('%s', (_fact, spec, expected) => expect(made(spec).definition).toMatchObject(expected));

test('what a launch alone decides registers no new definition', () => {
  const { hash } = made({});
  expect(made({ timeoutMs: 1, priority: 5, capacity: { strategy: on('FARGATE_SPOT') } }).hash).toBe(hash);
  expect(made({ storageGiB: 50 }).hash).not.toBe(hash);
});
