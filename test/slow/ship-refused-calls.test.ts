import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChecked, isNow, openShipShop, refusalOf, type ShipShop, sickening } from '../support/ship-shop.ts';

/** A sweep within the first minute, and Lambda's two more tries within three: then it is in the dead-letter queue. */
const refusedS = 250;
const settledS = 130;

let shop: ShipShop;
let areTasksSilent = false;
let minor = 1;
beforeAll(async () => {
  shop = await openShipShop({
    create: createChecked,
    behave: sickening,
    delivery({ 'detail-type': type }, deliver) {
      if (!areTasksSilent || type !== 'ECS Task State Change') deliver();
    },
  });
  await shop.pass(70);
  await shop.push('1.0.1');
  await shop.pass(60);
});
afterAll(() => shop.close());

/** What became of a push during which a right was missing: from the push on, or once it rolled. */
async function pushWithout(action: string, suffix: '' | '-sick') {
  const { tag: before } = await isNow(shop);
  const version = `1.${minor++}.0`;
  await shop.deadLetters();
  const [logged, failed] = [shop.log.length, shop.errors.length];
  let asked = shop.accesses.length;
  let allow = suffix ? () => {} : shop.forbid(action);
  await shop.push(version + suffix);
  if (suffix) {
    await shop.pass(1);
    expect(await shop.deployment(version)).toMatchObject({ state: 'rolling' });
    asked = shop.accesses.length;
    allow = shop.forbid(action);
  }
  await shop.pass(refusedS);
  allow();
  const isAsked = shop.accesses.slice(asked).some((access) => access.action === action);
  await shop.pass(settledS);
  const deployment = await shop.deployment(version);
  const warnings = shop.log.slice(logged).flatMap(({ level, message }) => (level === 'warn' ? message : []));
  const errors = shop.errors.slice(failed).map(({ errorMessage }) => errorMessage);
  const said = [...(await shop.deadLetters()), deployment?.outcome?.reason ?? ''];
  return { version, before, deployment, isAsked, said, errors, warnings, now: await isNow(shop) };
}

const ofPushes = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'events:PutEvents',
  'ecr:DescribeImages',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'ecs:TagResource',
  'iam:PassRole',
  'ecs:UpdateService',
];
test.each(ofPushes)(
  'a push without the right to %s: said on what, the service whole, the deployment ended',
  async (action) => {
    const { version, before, deployment, isAsked, said, now } = await pushWithout(action, '');
    expect(isAsked).toBe(true);
    expect(said.join('\n')).toMatch(refusalOf(action));
    expect(await shop.unended()).toEqual([]);
    expect(deployment?.state).toMatch(/^(succeeded|failed)$/);
    const tag = deployment?.state === 'succeeded' ? version : before;
    expect(now).toEqual({ tag, running: 2, rollouts: ['COMPLETED'] });
  },
);

test.each(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'events:PutEvents', 'ecs:DescribeServices'])(
  'a rollout that fails without the right to %s: said on what, and back as soon as the right is there',
  async (action) => {
    const { before, deployment, isAsked, said, now } = await pushWithout(action, '-sick');
    expect(isAsked).toBe(true);
    expect(said.join('\n')).toMatch(refusalOf(action));
    expect(await shop.unended()).toEqual([]);
    expect(deployment).toMatchObject({ state: 'rolled-back' });
    expect(now).toEqual({ tag: before, running: 2, rollouts: ['COMPLETED'] });
  },
);

// The work is done by then, and who tries again finds the lease taken: no event is given up.
test.each(['', '-sick'] as const)(
  'without the right to give a lease back (dynamodb:DeleteItem) invocations fail and say so; its time helps on (1.x.0%s)',
  async (suffix) => {
    const { version, before, deployment, isAsked, errors, now } = await pushWithout('dynamodb:DeleteItem', suffix);
    expect(isAsked).toBe(true);
    expect(errors.join('\n')).toMatch(refusalOf('dynamodb:DeleteItem'));
    expect(await shop.unended()).toEqual([]);
    expect(deployment).toMatchObject({ state: suffix ? 'rolled-back' : 'succeeded' });
    expect(now).toEqual({ tag: suffix ? before : version, running: 2, rollouts: ['COMPLETED'] });
  },
);

test.each(['ecs:ListTasks', 'ecs:DescribeTasks'])(
  'without the right to %s, which only tells more, a warning says so, and a crash loop without events ends once it is there',
  async (action) => {
    areTasksSilent = true;
    const { before, deployment, isAsked, warnings, now } = await pushWithout(action, '-sick');
    areTasksSilent = false;
    expect(isAsked).toBe(true);
    expect(warnings.join('\n')).toMatch(refusalOf(action));
    expect(await shop.unended()).toEqual([]);
    expect(deployment).toMatchObject({ state: 'rolled-back' });
    expect(now).toEqual({ tag: before, running: 2, rollouts: ['COMPLETED'] });
  },
);

test('a way back without the right to UpdateService is a failure that says so, and a newer push helps', async () => {
  const { deployment, said } = await pushWithout('ecs:UpdateService', '-sick');
  expect(deployment).toMatchObject({ state: 'failed', outcome: { hint: 'put the service back by hand' } });
  expect(said.join('\n')).toMatch(refusalOf('ecs:UpdateService'));
  const version = `1.${minor++}.0`;
  await shop.push(version);
  await shop.pass(120);
  expect(await shop.deployment(version)).toMatchObject({ state: 'succeeded' });
  expect(await isNow(shop)).toEqual({ tag: version, running: 2, rollouts: ['COMPLETED'] });
});

/** Where else a right of those that carry deployments is taken away. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'here, above': ['dynamodb:DeleteItem', 'ecs:ListTasks', 'ecs:DescribeTasks'],
  'slow/ship-refused-shifts.test.ts': [
    'ssm:DescribeParameters',
    'secretsmanager:DescribeSecret',
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:StopServiceDeployment',
  ],
  'slow/ship-refused-clean-up.test.ts': [
    'ecs:ListClusters',
    'ecs:ListServices',
    'ecs:ListServiceDeployments',
    'ecs:DeregisterTaskDefinition',
    'events:ListEventBuses',
    'events:ListRuleNamesByTarget',
    'events:ListTargetsByRule',
    'scheduler:ListSchedules',
    'scheduler:GetSchedule',
  ],
  'scans.test.ts': ['ecr:DescribeImageScanFindings', 'inspector2:ListFindings', 'inspector2:ListCoverage'],
};

test('each right of the functions that change services is taken away in a test', () => {
  const granted = ['deploy-on-image-push', 'follow-deployment'].flatMap((name) => {
    const { statements = [] } = shop.stack.roles[shop.stack.functions[name]?.roleName ?? ''] ?? {};
    return statements.flatMap(({ Action = [] }) => Action);
  });
  const tested = new Set([...ofPushes, ...Object.values(elsewhere).flat()]);
  const ofLambda = /^(logs:(CreateLogStream|PutLogEvents)|sqs:SendMessage)$/;
  expect([...new Set(granted)].filter((action) => !tested.has(action) && !ofLambda.test(action)).sort()).toEqual([]);
});
