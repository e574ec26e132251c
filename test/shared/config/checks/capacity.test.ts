import { expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../../support/configuration.ts';

const problems = (rest: string, network = PLACE) =>
  problemsOf(`${network}jobs:\n  j: { script: a.sh, ${rest} }`).map((line) =>
    line.replace(/^batuta\.yml:\d+:\d+ /, ''),
  );

test.each([
  ['capacity: FARGATE_SPOT'],
  ['capacity: { strategy: FARGATE_SPOT, fallback: FARGATE }, architecture: arm64, storage: 200'],
  ['capacity: [{ provider: FARGATE, base: 1 }, { provider: FARGATE_SPOT, weight: 3 }]'],
  ['capacity: { strategy: [{ provider: FARGATE_SPOT }], fallback: [{ provider: FARGATE }] }'],
  ['capacity: gpu, cpu: 300, memory: 777, stopTimeout: 10m'],
  ['capacity: { strategy: gpu-spot, fallback: gpu }'],
])('%s is fine', (rest) => expect(problems(rest)).toEqual([]));

test.each([
  [
    'Fargate and EC2 in one strategy',
    'capacity: [{ provider: FARGATE }, { provider: gpu }]',
    'jobs.j.capacity: mixes Fargate and EC2 instances, for which one task definition does not do; name FARGATE and FARGATE_SPOT only, or only providers of the cluster',
  ],
  [
    'Fargate as the fallback of EC2',
    'capacity: { strategy: gpu, fallback: FARGATE }',
    'jobs.j.capacity: mixes Fargate and EC2 instances, for which one task definition does not do; name FARGATE and FARGATE_SPOT only, or only providers of the cluster',
  ],
  [
    'a provider twice',
    'capacity: [{ provider: FARGATE }, { provider: FARGATE, weight: 2 }]',
    'jobs.j.capacity[1]: `FARGATE` stands here twice; keep one of the two',
  ],
  [
    'two bases',
    'capacity: [{ provider: FARGATE, base: 1 }, { provider: FARGATE_SPOT, base: 1 }]',
    'jobs.j.capacity[1].base: a second `base`, of which ECS takes one; remove one',
  ],
  [
    'no weight',
    'capacity: { strategy: [{ provider: FARGATE, weight: 0 }] }',
    'jobs.j.capacity.strategy: gives no provider a weight above 0; write `weight: 1` for at least one',
  ],
  [
    'another spelling',
    'capacity: fargate_spot',
    'jobs.j.capacity: is no capacity provider; did you mean `FARGATE_SPOT`?',
  ],
  ['a typo', 'capacity: FARGAET', 'jobs.j.capacity: is no capacity provider; did you mean `FARGATE`?'],
  [
    'a name in a list',
    'capacity: [FARGATE_SPOT]',
    'jobs.j.capacity[0]: must be keys with values, not text; write for example {"provider":"FARGATE_SPOT","weight":1}',
  ],
  [
    'an ARN',
    'capacity: "arn:aws:ecs:eu-west-1:123456789012:capacity-provider/gpu"',
    'jobs.j.capacity: is no capacity provider; write FARGATE, FARGATE_SPOT or the name of one of the cluster, not an ARN',
  ],
  [
    'a weight over the limit',
    'capacity: { strategy: [{ provider: FARGATE, weight: 1001 }] }',
    'jobs.j.capacity.strategy[0].weight: must be 0 to 1000',
  ],
])('%s is told', (_fact, rest, expected) => expect(problems(rest)).toEqual([expected]));

test.each([
  [
    'storage on EC2',
    'capacity: gpu, storage: 50',
    "jobs.j.storage: only Fargate has storage to ask for, EC2 instances have their own disk's; remove it",
  ],
  [
    'too little cpu on EC2',
    'capacity: gpu, cpu: 64',
    'jobs.j.cpu: 64 CPU units are not possible on EC2 instances; write 128 to 196608',
  ],
  [
    'no memory on EC2',
    'capacity: gpu, memory: 1',
    'jobs.j.memory: 1 MiB is too little for a container; write 6 or more',
  ],
  [
    'a public address on EC2',
    'capacity: gpu, network: { subnets: [subnet-1], assignPublicIp: true }',
    'jobs.j.network.assignPublicIp: tasks on EC2 instances can have no public address; write false',
  ],
  [
    'too little storage',
    'storage: 20',
    'jobs.j.storage: is not possible on Fargate; write 21 to 200, or remove it for 20',
  ],
  ['too much storage', 'storage: 201', 'jobs.j.storage: is more than Fargate has; write 21 to 200'],
  [
    'a stop timeout over the limit, on Spot too',
    'capacity: FARGATE_SPOT, stopTimeout: 3m',
    'jobs.j.stopTimeout: is longer than Fargate allows; write at most 120s',
  ],
])('%s is told', (_fact, rest, expected) => expect(problems(rest)).toEqual([expected]));

test('a top-level network with public addresses is none for EC2', () => {
  const network = 'cluster: a\nnetwork: { subnets: [subnet-1], assignPublicIp: true }\n';
  expect(problems('capacity: gpu', network)).toEqual([
    'jobs.j.capacity: the top-level network gives tasks a public address, which they cannot have on EC2 instances; give this job a `network` of its own',
  ]);
  expect(problems('capacity: gpu, network: { subnets: [subnet-2] }', network)).toEqual([]);
  expect(problems('capacity: FARGATE', network)).toEqual([]);
});

test('a capacity of a wrong shape says nothing about the size', () => {
  expect(problems('capacity: 5, cpu: 300, memory: 777')).toEqual([
    'jobs.j.capacity: must be text or a list or keys with values, not a number; put it in quotes',
  ]);
});
