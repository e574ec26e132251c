import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkPattern, matches } from '../../local/cloud/events/pattern.ts';
import { isAllowed } from '../../local/cloud/iam/is-allowed.ts';
import { resolveStack } from '../../local/lambda/stack/resolve-stack.ts';
import type { PolicyStatement, Stack } from '../../local/lambda/stack/stack.ts';

const configuration = `cluster: prod
network: { subnets: [subnet-1] }
passRoles: [arn:aws:iam::123456789012:role/shop-api-task]
taskRoles: [arn:aws:iam::123456789012:role/shop-backup]
services:
  shop-api: { image: { repository: shop/api, tags: newest } }
jobs:
  report: { image: "tools/report:1", command: [report], secrets: { PASSWORD: /shop/db/password } }
channels:
  ops: { type: webhook, url: "ssm:/batuta/ops/url" }
routes: [{ when: {}, to: [ops] }]
`;

let stack: Stack;
beforeAll(async () => {
  const configFile = join(mkdtempSync(join(tmpdir(), 'batuta-stack-')), 'batuta.yml');
  writeFileSync(configFile, configuration);
  stack = await resolveStack({ configFile });
}, 60_000);

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
const roleOf = (functionName: string) => stack.roles[stack.functions[functionName]?.roleName ?? '']?.statements ?? [];
const may = (functionName: string, action: string, resource: string, context: Record<string, string> = {}) =>
  isAllowed(roleOf(functionName), { action, resource, context });
const everyStatement = (): PolicyStatement[] => Object.values(stack.roles).flatMap(({ statements }) => statements);

describe('functions', () => {
  test('each has a handler in its folder and a role of its own', () => {
    const functions = Object.values(stack.functions);
    for (const { name, handler } of functions) expect(handler).toBe(`functions/${name}/handler.handler`);
    expect(new Set(functions.map(({ roleName }) => roleName)).size).toBe(functions.length);
  });

  test('each but the API has a dead-letter queue that it may write to', () => {
    for (const { name, deadLetterArn } of Object.values(stack.functions)) {
      if (name === 'serve-api') expect(deadLetterArn).toBeUndefined();
      else {
        expect(deadLetterArn).toBe(arn('sqs', `batuta-local-${name}-dead-letters`));
        expect(may(name, 'sqs:SendMessage', deadLetterArn ?? '')).toBe(true);
      }
    }
  });

  test('every rule has the same queue as its function, so that no event is lost', () => {
    const functionOf = (functionArn: string) =>
      Object.values(stack.functions).find((given) => given.arn === functionArn);
    for (const rule of stack.rules) expect(rule.deadLetterArn).toBe(functionOf(rule.functionArn)?.deadLetterArn);
    expect(stack.rules.length).toBeGreaterThan(8);
  });

  test('no variable is an unresolved reference', () => {
    for (const { environment } of Object.values(stack.functions))
      expect(JSON.stringify(environment)).not.toMatch(/\$\{|Fn::|"Ref"|undefined/);
  });
});

describe('permissions', () => {
  test('no statement allows every action or a service as a whole', () => {
    for (const { Action = [] } of everyStatement()) for (const action of Action) expect(action).not.toContain('*');
  });

  test('roles are passed by exact ARN and only to the service that takes them', () => {
    const passing = everyStatement().filter(({ Action }) => Action?.includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(3);
    for (const { Resource, Condition } of passing) {
      expect(Resource?.join()).not.toContain('*');
      expect(Condition?.StringEquals?.['iam:PassedToService']).toHaveLength(1);
    }
  });

  test("a job's own role may do nothing of ours", () => {
    expect(stack.roles['batuta-local-us-east-1-task']?.statements).toEqual([]);
  });

  const service = arn('ecs', 'service/prod/shop-api');
  const task = arn('ecs', 'task/prod/0');
  const decrypts = (by: string, parameter: string) => ({
    'kms:viaservice': `${by}.us-east-1.amazonaws.com`,
    'kms:encryptioncontext:parameter_arn': arn('ssm', `parameter/${parameter}`),
  });
  const toEcs = { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' };
  const shopRole = 'arn:aws:iam::123456789012:role/shop-api-task';
  const backupRole = 'arn:aws:iam::123456789012:role/shop-backup';
  const jobRole = 'arn:aws:iam::123456789012:role/batuta-local-us-east-1-task';
  test.each<[string, string, string, Record<string, string>, boolean]>([
    ['deploy-on-image-push', 'ecs:UpdateService', service, {}, true],
    ['deploy-on-image-push', 'ecs:UpdateService', arn('ecs', 'service/other/shop-api'), {}, false],
    ['deploy-on-image-push', 'ecr:DescribeImages', arn('ecr', 'repository/shop/api'), {}, true],
    ['deploy-on-image-push', 'ecr:DescribeImages', arn('ecr', 'repository/other'), {}, false],
    ['deploy-on-image-push', 'iam:PassRole', shopRole, toEcs, true],
    ['deploy-on-image-push', 'iam:PassRole', shopRole, { 'iam:passedtoservice': 'ec2.amazonaws.com' }, false],
    ['deploy-on-image-push', 'iam:PassRole', jobRole, toEcs, false],
    [
      'deploy-on-image-push',
      'ecs:RunTask',
      arn('ecs', 'task-definition/batuta:1'),
      { 'ecs:cluster': arn('ecs', 'cluster/prod') },
      false,
    ],
    [
      'launch-runs',
      'ecs:RunTask',
      arn('ecs', 'task-definition/batuta:1'),
      { 'ecs:cluster': arn('ecs', 'cluster/prod') },
      true,
    ],
    [
      'launch-runs',
      'ecs:RunTask',
      arn('ecs', 'task-definition/batuta:1'),
      { 'ecs:cluster': arn('ecs', 'cluster/other') },
      false,
    ],
    ['launch-runs', 'iam:PassRole', jobRole, toEcs, true],
    ['launch-runs', 'iam:PassRole', backupRole, toEcs, true],
    ['launch-runs', 'iam:PassRole', backupRole, { 'iam:passedtoservice': 'ec2.amazonaws.com' }, false],
    ['launch-runs', 'iam:PassRole', shopRole, toEcs, false],
    ['serve-api', 'iam:PassRole', backupRole, toEcs, false],
    ['launch-runs', 'ssm:GetParameter', arn('ssm', 'parameter/shop/db/password'), {}, false],
    ['launch-runs', 'ecs:UpdateService', service, {}, false],
    [
      'follow-deployment',
      'ecs:ListTasks',
      arn('ecs', 'container-instance/prod/*'),
      { 'ecs:cluster': arn('ecs', 'cluster/prod') },
      true,
    ],
    [
      'deploy-on-image-push',
      'ecs:ListTasks',
      arn('ecs', 'container-instance/x/*'),
      { 'ecs:cluster': arn('ecs', 'cluster/x') },
      false,
    ],
    ['sweep', 'ecs:UpdateService', service, {}, false],
    ['follow-task', 'ecs:UpdateService', service, {}, false],
    ['sweep', 'ecs:StopTask', task, {}, true],
    ['follow-task', 'ecs:StopTask', task, {}, false],
    ['deliver-notifications', 'ssm:GetParameter', arn('ssm', 'parameter/batuta/ops/url'), {}, true],
    ['deliver-notifications', 'ssm:GetParameter', arn('ssm', 'parameter/shop/db/password'), {}, false],
    ['deliver-notifications', 'kms:Decrypt', arn('kms', 'key/1'), decrypts('ssm', 'batuta/ops/url'), true],
    ['deliver-notifications', 'kms:Decrypt', arn('kms', 'key/1'), decrypts('ssm', 'shop/db/password'), false],
    ['deliver-notifications', 'kms:Decrypt', arn('kms', 'key/1'), decrypts('s3', 'batuta/ops/url'), false],
    ['sync-schedules', 'scheduler:CreateSchedule', arn('scheduler', 'schedule/batuta-local/report'), {}, true],
    ['sync-schedules', 'scheduler:DeleteSchedule', arn('scheduler', 'schedule/other/report'), {}, false],
    ['sync-schedules', 'dynamodb:PutItem', arn('dynamodb', 'table/batuta-local'), {}, false],
    ['serve-api', 'dynamodb:Scan', arn('dynamodb', 'table/batuta-local'), {}, false],
    ['serve-api', 'dynamodb:Query', arn('dynamodb', 'table/batuta-local/index/GSI1'), {}, false],
    ['sweep', 'dynamodb:Query', arn('dynamodb', 'table/batuta-local/index/GSI1'), {}, true],
    ['send-notification', 'dynamodb:Query', arn('dynamodb', 'table/batuta-local/index/GSI3'), {}, true],
    ['serve-api', 'dynamodb:Query', arn('dynamodb', 'table/batuta-local/index/GSI3'), {}, false],
    ['sweep', 'dynamodb:DeleteItem', arn('dynamodb', 'table/batuta-local'), {}, true],
    ['serve-api', 'dynamodb:DeleteItem', arn('dynamodb', 'table/batuta-local'), {}, false],
  ])('%s: %s on %s %j: %s', (functionName, action, resource, context, expected) =>
    expect(may(functionName, action, resource, context)).toBe(expected),
  );

  test('the execution role reads exactly the configured secrets', () => {
    const statements = stack.roles['batuta-local-us-east-1-execution']?.statements ?? [];
    const reads = (name: string) =>
      isAllowed(statements, { action: 'ssm:GetParameters', resource: arn('ssm', `parameter/${name}`) });
    expect([reads('shop/db/password'), reads('batuta/ops/url')]).toEqual([true, false]);
  });
});

describe('rules', () => {
  const targetsOf = (bus: string, event: object) =>
    stack.rules
      .filter((rule) => rule.bus === bus && rule.pattern && matches(checkPattern(JSON.stringify(rule.pattern)), event))
      .map(({ functionArn }) => functionArn.replace(/.*function:batuta-local-/, ''));
  const push = (detail: object) => ({
    source: 'aws.ecr',
    'detail-type': 'ECR Image Action',
    detail: { 'action-type': 'PUSH', result: 'SUCCESS', 'image-tag': '1', ...detail },
  });
  const scan = (source: string, kind: string, status: string) => ({
    source,
    'detail-type': kind,
    detail: { 'scan-status': status },
  });
  const ours = (kind: string, state: string) => ({ source: 'batuta', 'detail-type': kind, detail: { id: 'x', state } });
  const run = (detail: object) => ({
    source: 'batuta',
    'detail-type': 'Run State Change',
    detail: { id: 'x', subject: 'backup', version: 1, trigger: 'schedule', ...detail },
  });
  const healthChecks = 'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:…)';
  const task = (detail: object) => ({ source: 'aws.ecs', 'detail-type': 'ECS Task State Change', detail });

  test.each<[string, string, object, string[]]>([
    ['a push', 'default', push({}), ['deploy-on-image-push']],
    ['an untagged push', 'default', push({ 'image-tag': '' }), []],
    ['a push without a tag', 'default', push({ 'image-tag': undefined }), []],
    ['a deletion', 'default', push({ 'action-type': 'DELETE' }), []],
    ['a failed push', 'default', push({ result: 'FAILURE' }), []],
    ['a scan of basic scanning', 'default', scan('aws.ecr', 'ECR Image Scan', 'COMPLETE'), ['deploy-on-image-push']],
    ['a scan that failed', 'default', scan('aws.ecr', 'ECR Image Scan', 'FAILED'), ['deploy-on-image-push']],
    [
      "Inspector's first scan",
      'default',
      scan('aws.inspector2', 'Inspector2 Scan', 'INITIAL_SCAN_COMPLETE'),
      ['deploy-on-image-push'],
    ],
    ["one of Inspector's findings", 'default', scan('aws.inspector2', 'Inspector2 Finding', 'ACTIVE'), []],
    ['a task that runs', 'default', task({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }), ['follow-task']],
    [
      'a task that is to stop',
      'default',
      task({ lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED' }),
      ['follow-task'],
    ],
    ...(
      [
        ['died', {}, true],
        ['stopped without a code', { stopCode: undefined }, true],
        ['failed health checks', { stopCode: 'ServiceSchedulerInitiated', stoppedReason: healthChecks }, true],
        ['made place for another', { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity' }, false],
        ['lost its Spot capacity', { stopCode: 'SpotInterruption' }, false],
        ['was stopped by a person', { stopCode: 'UserInitiated' }, false],
        ['is of another service', { group: 'service:other' }, false],
        ['is of another cluster', { clusterArn: arn('ecs', 'cluster/other') }, false],
        ['is of no service', { group: 'family:shop-api' }, false],
      ] as const
    ).map(([how, detail, isWatched]): [string, string, object, string[]] => [
      `a task of a service that ${how}`,
      'default',
      task({
        lastStatus: 'STOPPED',
        clusterArn: arn('ecs', 'cluster/prod'),
        group: 'service:shop-api',
        stopCode: 'EssentialContainerExited',
        ...detail,
      }),
      ['follow-task', ...(isWatched ? ['watch-services'] : [])],
    ]),
    ...(
      [
        ['prod/shop-api', 'SERVICE_TASK_PLACEMENT_FAILURE', true],
        ['shop-api', 'SERVICE_STEADY_STATE', true],
        ['prod/other', 'SERVICE_TASK_PLACEMENT_FAILURE', false],
        ['prod/shop-api', 'CAPACITY_PROVIDER_STEADY_STATE', false],
      ] as const
    ).map(([service, eventName, isWatched]): [string, string, object, string[]] => [
      `${eventName} of ${service}`,
      'default',
      {
        source: 'aws.ecs',
        'detail-type': 'ECS Service Action',
        resources: [arn('ecs', `service/${service}`)],
        detail: { eventName },
      },
      ['follow-deployment', ...(isWatched ? ['watch-services'] : [])],
    ]),
    ['a task that is on its way up', 'default', task({ lastStatus: 'PENDING', desiredStatus: 'RUNNING' }), []],
    ...['schedule', 'api', 'deployment', 'job', 'expectation'].map((trigger): [string, string, object, string[]] => [
      `a run queued by trigger ${trigger}`,
      'batuta-local',
      run({ state: 'queued', trigger }),
      ['launch-runs', 'send-notification'],
    ]),
    ['a queued item of a fan-out', 'batuta-local', run({ state: 'queued', trigger: 'item' }), ['send-notification']],
    ['a run that succeeded', 'batuta-local', run({ state: 'succeeded' }), ['send-notification']],
    ...['succeeded', 'failed', 'timed-out', 'stopped', 'lost', 'skipped'].map(
      (state): [string, string, object, string[]] => [
        `a run that is ${state} and to be settled`,
        'batuta-local',
        run({ state, settle: true }),
        ['launch-runs', 'send-notification'],
      ],
    ),
    [
      'an item that ended and is to be settled',
      'batuta-local',
      run({ state: 'succeeded', trigger: 'item', settle: true }),
      ['launch-runs', 'send-notification'],
    ],
    [
      'a run of a deployment that ended',
      'batuta-local',
      run({ state: 'failed', trigger: 'deployment' }),
      ['follow-deployment', 'send-notification'],
    ],
    ['a pending delivery', 'batuta-local', ours('Delivery State Change', 'pending'), ['deliver-notifications']],
    ['a sent delivery', 'batuta-local', ours('Delivery State Change', 'sent'), []],
    [
      'launch work left',
      'batuta-local',
      { source: 'batuta', 'detail-type': 'Launch Work Left', detail: {} },
      ['launch-runs'],
    ],
    ['a forged event of another source', 'batuta-local', { ...run({ state: 'queued' }), source: 'shop' }, []],
  ])('%s on the bus %s', (_what, bus, event, expected) =>
    expect(targetsOf(bus, JSON.parse(JSON.stringify(event))).toSorted()).toEqual(expected),
  );

  test("patterns stay below EventBridge's limit", () => {
    for (const { pattern } of stack.rules) expect(JSON.stringify(pattern ?? {}).length).toBeLessThanOrEqual(2048);
  });

  test('the sweep runs every minute by a plain rule, the look at troubles every five, and the one for digests every 15', () => {
    const bySchedule = stack.rules.filter(({ schedule }) => schedule).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(bySchedule).toMatchObject([
      { name: 'batuta-local-send-notification-2', schedule: 'cron(3/15 * * * ? *)', bus: 'default' },
      { name: 'batuta-local-sweep-1', schedule: 'rate(1 minute)', bus: 'default' },
      { name: 'batuta-local-watch-services-4', schedule: 'rate(5 minutes)', bus: 'default' },
    ]);
  });
});

test('the custom resource carries the hash of the configuration and the function that answers', () => {
  expect(stack.resources.Schedules).toMatchObject({
    type: 'Custom::BatutaSchedules',
    properties: {
      ServiceToken: stack.functions['sync-schedules']?.arn,
      ConfigurationHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
});

test('a configuration that is wrong fails with its own message', async () => {
  const configFile = join(mkdtempSync(join(tmpdir(), 'batuta-stack-')), 'batuta.yml');
  writeFileSync(configFile, 'clutser: prod\n');
  await expect(resolveStack({ configFile })).rejects.toThrow(/batuta\.yml:1:1/);
});

test.each([
  ['names it', 'cluster: batuta-local', true],
  ['names another', 'cluster: prod', false],
])('the stack creates its own cluster when batuta.yml %s: %s', async (_fact, line, created) => {
  const folder = mkdtempSync(join(tmpdir(), 'batuta-cluster-'));
  const configFile = join(folder, 'batuta.yml');
  writeFileSync(configFile, configuration.replace('cluster: prod', line));
  const { resources } = await resolveStack({ configFile, stage: 'local' });
  rmSync(folder, { recursive: true });
  expect(Object.values(resources).some(({ type }) => type === 'AWS::ECS::Cluster')).toBe(created);
});
