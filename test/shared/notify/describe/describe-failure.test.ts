import { expect, test } from 'vitest';
import type { Deployment } from '../../../../shared/deploy/deployment.ts';
import { describeDeployment } from '../../../../shared/notify/describe/describe-deployment.ts';
import { plainText } from '../../../../shared/notify/message.ts';
import { aDeployment, crashesAt, minutesIn, revision, shopApi } from '../../../support/deployments.ts';

const text = (parts: Partial<Deployment>) => {
  const message = describeDeployment(aDeployment({ state: 'failed', ...parts }));
  if (!message) throw new Error('no news');
  return plainText(message);
};
const logs = [
  { container: 'api', group: '/ecs/shop-api', prefix: 'api' },
  { container: 'proxy', group: '/ecs/shop-api' },
];
const withTails = (...tails: string[][]) =>
  Object.fromEntries(
    Object.entries(crashesAt(...tails.keys())).map(([id, crash], index) => [id, { ...crash, logTail: tails[index] }]),
  ) as Deployment['crashes'];

test('a failed deployment names its log once, in what to do', () => {
  const told = text({
    crashes: crashesAt(1),
    logs,
    outcome: { reason: 'it crashed', hint: 'read the log (rollback: false)' },
  });
  expect(told).not.toMatch(/^Log: /m);
  expect(told).toContain('What to do: read the log (/ecs/shop-api) (rollback: false)');
});

test('a failure in which no task died names its log too', () => {
  expect(text({ logs, outcome: { reason: 'not stable', hint: '' } })).toContain('\nLog: /ecs/shop-api\n');
});

test('a success tells nothing of logs', () => {
  const told = text({ state: 'succeeded', logs, crashes: withTails(['boom']) });
  expect(told).not.toMatch(/Log|boom/);
});

test('the last lines of two tasks are told, of those that differ', () => {
  const told = text({ crashes: withTails(['same'], ['same'], ['other'], ['third']) });
  const tails = [
    'Last lines of task task-0 of shop-api:',
    '  same',
    'Last lines of task task-2 of shop-api:',
    '  other',
  ];
  expect(told).toContain(tails.join('\n'));
  expect(told).not.toContain('third');
});

test('tasks of which only the number is known are counted', () => {
  const otherCrashes = { a: minutesIn(1), b: minutesIn(2) };
  expect(text({ crashes: crashesAt(3), otherCrashes })).toContain(
    'exit code 1 of container api (1 task); and 2 tasks more',
  );
});

test('a rollback to a copy names the copy', () => {
  const rollback = { taskDefinitionArn: revision(3), by: 'batuta' as const, intendedAt: minutesIn(1) };
  expect(text({ state: 'rolled-back', rollback })).toContain('Revision: shop-api:2, back to shop-api:3');
});

test('drift is told as what somebody else did, and its undoing as that', () => {
  const trigger = { kind: 'drift', found: revision(9) } as const;
  expect(text({ state: 'skipped', trigger })).toMatch(
    /^Warning: shop-api: somebody else put shop-api:9 in the place of 1\.1\.0\n/,
  );
  expect(text({ state: 'succeeded', trigger })).toMatch(/^shop-api 1\.1\.0 is put back\n/);
});

test('what drift replaced is told with both revisions', () => {
  const { to: _, ...told } = aDeployment({ state: 'skipped', trigger: { kind: 'drift', found: revision(9) } });
  const { facts = [] } = describeDeployment(told) ?? {};
  expect(facts).toContainEqual({ label: 'Revision', value: 'shop-api:1 → shop-api:9' });
});

const goBack = { taskDefinitionArn: revision(2) };
const wentBack = (number: number, by: 'batuta' | 'circuit-breaker') => ({
  rollback: { taskDefinitionArn: revision(number), by, intendedAt: minutesIn(1) },
});
const observed = { reason: 'would deploy shop/api:1.1.0; shop-api is in mode observe', hint: 'set mode: live' };

test.each<[string, Partial<Deployment>]>([
  ['shop-api went back to 1.1.0', { state: 'succeeded', goBack }],
  ['Error: shop-api could not go back to 1.1.0', { state: 'failed', goBack }],
  ['Error: shop-api 1.1.0 failed, and so did the way back', { state: 'failed', ...wentBack(1, 'batuta') }],
  ['Error: shop-api 1.1.0 failed and was rolled back to 1.0.0', { state: 'rolled-back', ...wentBack(3, 'batuta') }],
  [
    'Error: shop-api 1.1.0 failed and was rolled back to shop-api:7',
    { state: 'rolled-back', ...wentBack(7, 'circuit-breaker') },
  ],
  ['shop-api: would deploy 1.1.0', { state: 'skipped', outcome: observed }],
  ['Warning: shop-api 1.1.0 is not deployed', { state: 'skipped', outcome: { reason: 'rejected by ana', hint: '' } }],
])('%s', (title, parts) => {
  expect(text(parts).split('\n')[0]).toBe(title);
});

test('who asked is told, and how long the rollout took, without what held it before', () => {
  const trigger = { kind: 'api', caller: 'ci', idempotencyKey: 'k', requestHash: 'h' } as const;
  const told = text({ state: 'succeeded', trigger, rolledAt: minutesIn(60), finishedAt: minutesIn(62) });
  expect(told).toMatch(/^Asked by: ci$/m);
  expect(told).toMatch(/^Took: 2 min 0 s$/m);
});

test.each<[string, Partial<Deployment>, boolean, string]>([
  ['what never touched its service could not be deployed', {}, false, 'shop-api 1.1.0 could not be deployed'],
  ['what ended with its service has failed', {}, true, 'shop-api 1.1.0 failed'],
  [
    'rollback: false is said as what it means',
    { spec: { ...shopApi, rollback: false } },
    true,
    'shop-api 1.1.0 failed and stays on shop-api:2',
  ],
])('%s', (_fact, parts, hasRolled, title) => {
  const outcome = { reason: 'it crashed', hint: 'read the log' };
  const { rolledAt, ...rest } = aDeployment({ ...parts, state: 'failed', outcome });
  const deployment = hasRolled && rolledAt !== undefined ? { ...rest, rolledAt } : rest;
  expect(describeDeployment(deployment)).toMatchObject({ title, severity: 'error' });
});
