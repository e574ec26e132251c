import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, expect, test } from 'vitest';
import { isAllowed } from '../../local/cloud/iam/is-allowed.ts';
import type { Stack } from '../../local/lambda/stack/stack.ts';
import type { Run } from '../../shared/run/run.ts';
import { digestRoute } from '../support/digest-world.ts';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
const asked: Shop['accesses'] = [];
let stack: Stack;

const behave: NonNullable<ShopOptions['behave']> = (spec) => {
  if (nameOfImage(spec) !== 'toolbox') return nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};
  return spec.command?.includes('slow-loop.mjs') ? { ignoresSigterm: true } : { runMs: 3000, lines: ['::output a=1'] };
};

/** Plays one part of a system's life and notes what it asked of IAM. */
async function live(options: ShopOptions, act: (shop: Shop) => Promise<unknown>): Promise<void> {
  const shop = await openShop({ configFile, behave, ...options });
  await act(shop);
  asked.push(...shop.accesses);
  stack = shop.stack;
  await shop.close();
}
async function start(shop: Shop, job: string): Promise<string> {
  return (await shop.api('POST', `/api/jobs/${job}/runs`, { body: {} })).body.run.id;
}

async function mainJob(shop: Shop): Promise<void> {
  const id = await start(shop, 'backup');
  await shop.pushImage('shop/tools', '1.0.0');
  await start(shop, 'tools');
  await shop.push('1.1.0');
  await shop.pass(20);
  await shop.api('GET', `/api/runs/${id}/logs`);
  await shop.push('1.2.0-crash');
  await shop.pass(35 * 60);
  await shop.invoke('send-notification', { source: 'batuta', 'detail-type': 'Alert Work Left', detail: {} });
}

async function whatFails(shop: Shop): Promise<void> {
  for (const job of ['audit', 'plain']) await start(shop, job);
  await shop.pass(8 * 60);
}

async function whatPeopleAskOfJobs(shop: Shop): Promise<void> {
  const id = await start(shop, 'plain');
  await shop.pass(5);
  for (const path of [`runs/${id}/stop`, 'jobs/plain/pause', 'jobs/plain/resume'])
    await shop.api('POST', `/api/${path}`, { body: {} });
  await shop.pass(120);
  await shop.api('POST', `/api/runs/${id}/retry`, { body: {} });
  for (const path of ['jobs', 'jobs/plain', 'jobs/plain/cost', 'runs', 'schedule'])
    await shop.api('GET', `/api/${path}`);
}

/** Two wait for the one before them; what comes after each is another job. */
async function whatWaitsForItsTurn(shop: Shop): Promise<void> {
  for (let run = 0; run < 3; run += 1) await start(shop, 'export');
  await shop.pass(60);
}

/** Somebody stops the run while ECS starts its task: only launch-runs knows the task then. */
async function whatIsStoppedWhileItLaunches(): Promise<void> {
  let stop: (id: string) => Promise<unknown> = async () => {};
  const after: NonNullable<ShopOptions['faults']>['after'] = async (_service, operation, { startedBy }) => {
    if (operation === 'RunTask') await stop(`${startedBy}`.split('/')[2] ?? '');
  };
  await live({ service: false, faults: { after } }, async (shop) => {
    stop = (id) => shop.api('POST', `/api/runs/${id}/stop`, { body: {} });
    await start(shop, 'plain');
    await shop.pass(5);
  });
}

async function allButTheMainEvents(shop: Shop): Promise<void> {
  await start(shop, 'backup');
  await shop.push('1.2.0-crash');
  await shop.pass(8 * 60);
}

/** A Spot warning has no containers, and lines may come before the launch was noted: both ask ECS. */
async function whatEventsDoNotTell(shop: Shop): Promise<void> {
  const id = await start(shop, 'backup');
  await shop.pass(1);
  const run = (await shop.table.get({ pk: `run#${id}`, sk: 'run' }))?.value as Run;
  const { taskArn = '', request } = run.attempts[0] ?? {};
  const detail = { taskArn, clusterArn: request?.cluster, lastStatus: 'RUNNING', startedBy: request?.startedBy };
  await shop.invoke('follow-task', { source: 'aws.ecs', 'detail-type': 'ECS Task State Change', detail });
  const pointer = { pk: `cache#task#${taskArn.split('/').at(-1)}`, sk: 'cache' };
  await shop.table.remove(pointer, (await shop.table.get(pointer))?.version ?? 0);
  const logEvents = [{ id: '1', timestamp: shop.clock.now(), message: '::output b=2' }];
  const lines = { messageType: 'DATA_MESSAGE', logGroup: run.log?.group, logStream: run.log?.stream, logEvents };
  const data = gzipSync(JSON.stringify(lines)).toString('base64');
  await shop.invoke('follow-output', { awslogs: { data } });
  // What is printed behind a ::mask line is read with that line.
  shop.cloud.logs.put(run.log?.group ?? '', run.log?.stream ?? '', ['::mask not looked at']);
  await shop.pass(1);
  shop.cloud.logs.put(run.log?.group ?? '', run.log?.stream ?? '', ['::output c=3']);
  await shop.pass(1);
}

/** The service's task definition refers to a parameter and to a secret. */
async function giveSecrets(shop: Shop): Promise<void> {
  const ecs = new ECSClient(shop.aws);
  const secret = await new SecretsManagerClient(shop.aws).send(
    new CreateSecretCommand({ Name: 'shop/api-key', SecretString: 'not looked at' }),
  );
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'shop-api' }));
  const { family, cpu, memory, networkMode, requiresCompatibilities, executionRoleArn } = taskDefinition ?? {};
  const secrets = [
    { name: 'DB_PASSWORD', valueFrom: '/shop/db/password' },
    { name: 'API_KEY', valueFrom: secret.ARN ?? '' },
  ];
  const containerDefinitions = taskDefinition?.containerDefinitions?.map((container) => ({ ...container, secrets }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family, cpu, memory, networkMode, requiresCompatibilities, containerDefinitions },
      executionRoleArn: executionRoleArn ?? 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    }),
  );
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', taskDefinition: 'shop-api' }));
}

async function whatPeopleAsk(shop: Shop): Promise<void> {
  const token = await shop.token('ann', 'deployer');
  const ask = (path: string, body = {}) => shop.api('POST', `/api/services/shop-api/${path}`, { token, body });
  await shop.pass(70);
  await ask('rollback');
  await shop.pass(60);
  await giveSecrets(shop);
  await ask('pause');
  await shop.push('1.1.0');
  await shop.pass(30);
  await ask('resume');
  await shop.pass(120);
  await ask('deploy', { tag: '1.0.0' });
  await shop.pass(120);
  const { 'shop-api': spec } = shop.config.services;
  if (!spec) throw new Error(`${configFile} has no service shop-api`);
  const scan = { severity: 'HIGH', tellAfterMs: 60_000, expiresMs: 600_000 } as const;
  shop.configure({ ...shop.config, services: { 'shop-api': { ...spec, hold: { ...spec.hold, scan } } } });
  await ask('pause');
  await shop.push('1.2.0');
  await shop.api('GET', '/api/services/shop-api?plan=true');
}

/** Of a service that shifts traffic, ECS says more by another call, and takes rollouts back itself. */
async function whatShiftsTraffic(shop: Shop): Promise<void> {
  const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } as const;
  const ecs = new ECSClient(shop.aws);
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', deploymentConfiguration }));
  await shop.push('1.2.0-crash');
  await shop.pass(0.5);
  await shop.api('GET', '/api/services/shop-api');
  await shop.pass(120);
}

/** The way back is asked of ECS where neither what runs nor our own history says it. */
async function whatHasNoHistory(shop: Shop): Promise<void> {
  const ecs = new ECSClient(shop.aws);
  await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'shop-api', forceNewDeployment: true }));
  await shop.push('1.2.0-crash');
  await shop.pass(30);
}

async function whatWaitsForItsScan(shop: Shop): Promise<void> {
  const service = shop.config.services['shop-api'];
  if (!service) throw new Error(`${configFile} has no service shop-api`);
  const scan = { severity: 'HIGH' as const, tellAfterMs: 60_000, expiresMs: 120_000 };
  const held = { ...service, hold: { freeze: [], scan } };
  shop.configure({ ...shop.config, services: { 'shop-api': held } });
  await shop.push('1.1.0');
  await shop.pass(60);
}

/** What somebody else made, and a push that moves both on. */
async function scheduledTasksOfOthers(shop: Shop): Promise<void> {
  const tasks = scheduledTasks(shop.aws);
  await tasks.rule({ a: await tasks.define('nightly') });
  await tasks.schedule(await tasks.define('weekly'));
  await shop.pushImage('shop/batch', '1.1.0');
  await shop.pass(10);
}

/** Older revisions go once it is known that neither services, tasks, rules nor schedules use them. */
async function olderRevisions(shop: Shop): Promise<void> {
  const service = shop.config.services['shop-api'];
  if (!service) throw new Error(`${configFile} has no service shop-api`);
  shop.configure({ ...shop.config, services: { 'shop-api': { ...service, keepRevisions: 1 } } });
  const tasks = scheduledTasks(shop.aws);
  await tasks.rule({ a: await tasks.define('nightly') });
  await tasks.schedule(await tasks.define('weekly'));
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
    await shop.push(version);
    await shop.pass(20);
  }
  await shop.pass(6 * 60);
}

async function otherSchedules(shop: Shop): Promise<void> {
  const { backup } = shop.config.jobs;
  const [schedule] = backup?.schedules ?? [];
  if (!backup || !schedule) throw new Error(`${configFile} has no scheduled job backup`);
  const changed = { ...backup, schedules: [{ ...schedule, expression: 'rate(1 hour)' }] };
  shop.configure({ ...shop.config, jobs: { backup: changed } });
  for (const RequestType of ['Update', 'Delete'])
    await shop.invoke('sync-schedules', { RequestType, ResponseURL: 'https://hooks.example.com/cloudformation' });
}

/** Scheduler keeps to the schedule before: the sweep looks why no run comes, and what came last. */
async function missedFirings(shop: Shop): Promise<void> {
  const { backup } = shop.config.jobs;
  const [schedule] = backup?.schedules ?? [];
  if (!backup || !schedule) throw new Error(`${configFile} has no scheduled job backup`);
  const schedules = [{ ...schedule, expression: 'rate(1 minute)', graceMs: 60_000 }];
  shop.configure({ ...shop.config, jobs: { backup: { ...backup, schedules } } });
  await shop.pass(5 * 60);
}

/** Tasks die outside of any deployment, and a while passes. */
async function whatKeepsCrashing(shop: Shop): Promise<void> {
  await shop.pass(70);
  for (let death = 0; death < 3; death += 1) {
    const [task] = (await new ECSClient(shop.aws).send(new ListTasksCommand({ cluster: 'prod' }))).taskArns ?? [];
    shop.cloud.ecs.disruptions.outOfMemory(task ?? '');
    await shop.pass(5);
  }
}

/** A digest is due. */
async function whatIsSummedUp(shop: Shop): Promise<void> {
  shop.configure({ ...shop.config, routes: [digestRoute({ at: '09:10' }, { to: ['team'] })] });
  await shop.pass(20 * 60);
}

beforeAll(async () => {
  let refusals = 3;
  await live({}, mainJob);
  await live({ service: false, hook: () => (refusals-- > 0 ? 503 : 204) }, whatFails);
  await live({ service: false }, whatEventsDoNotTell);
  await live({}, whatPeopleAsk);
  await live({ service: false }, whatPeopleAskOfJobs);
  await live({ service: false }, whatWaitsForItsTurn);
  await whatIsStoppedWhileItLaunches();
  await live({}, whatWaitsForItsScan);
  await live({}, whatShiftsTraffic);
  await live({}, whatHasNoHistory);
  await live({ service: false }, scheduledTasksOfOthers);
  await live({ service: false }, otherSchedules);
  await live({ service: false }, missedFirings);
  await live({}, whatKeepsCrashing);
  await live({ service: false }, whatIsSummedUp);
  const onlyOurs: ShopOptions['delivery'] = ({ source, 'detail-type': type }, deliver) =>
    source === 'batuta' || type === 'Scheduled Event' ? deliver() : undefined;
  await live({}, olderRevisions);
  await live({ delivery: onlyOurs }, allButTheMainEvents);
}, 60_000);

/** Granted, and asked for by somebody else than our code. */
const reasons: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': "Lambda writes the function's own log with its role",
  'logs:PutLogEvents': "Lambda writes the function's own log with its role",
  'sqs:SendMessage': 'Lambda sends what failed thrice to the dead-letter queue with its role',
  'inspector2:ListFindings': "ECR asks Inspector in the caller's name for the findings of enhanced scanning",
  'inspector2:ListCoverage': "ECR asks Inspector in the caller's name for the findings of enhanced scanning",
  'kms:Decrypt':
    "SSM asks KMS in the caller's name for a SecureString under a key of one's own; here all are under AWS's",
};

/** Whoever holds a service's lease also does what the others came by for, so one's calls may be any's. */
const visitors = ['deploy-on-image-push', 'follow-deployment', 'follow-task', 'sweep'];
const sharedByVisitors = new Set([
  'ecr:DescribeImages',
  'ecr:DescribeImageScanFindings',
  'ecs:DescribeServices',
  'ecs:UpdateService',
  'ecs:ListServiceDeployments',
  'ecs:DescribeServiceRevisions',
  'ecs:DescribeServiceDeployments',
  'ecs:StopServiceDeployment',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'ecs:TagResource',
  'iam:PassRole',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'events:ListTargetsByRule',
  'events:PutTargets',
  'scheduler:GetSchedule',
  'scheduler:UpdateSchedule',
]);

const roleOf = (name: string) => stack.functions[name]?.roleName ?? '';

/** Those whose calls show that this role needs the action. */
function witnesses(functionName: string, action: string): string[] {
  const isShared = visitors.includes(functionName) && sharedByVisitors.has(action);
  return (isShared ? visitors : [functionName]).map(roleOf);
}

test('no call of the system is refused', () => {
  const functionsOnly = asked.filter(({ role }) => stack.roles[role]);
  expect(functionsOnly.length).toBeGreaterThan(1000);
  expect(functionsOnly.filter((access) => !isAllowed(stack.roles[access.role]?.statements ?? [], access))).toEqual([]);
});

test('each role of a function grants nothing that the function never calls', () => {
  const unused: string[] = [];
  for (const { name, roleName } of Object.values(stack.functions))
    for (const statement of stack.roles[roleName]?.statements ?? [])
      for (const action of statement.Action ?? []) {
        const by = witnesses(name, action);
        const isAsked = asked.some(
          (access) => by.includes(access.role) && isAllowed([{ ...statement, Action: [action] }], access),
        );
        if (!isAsked && !(action in reasons)) unused.push(`${name} ${action} on ${statement.Resource}`);
      }
  expect(unused).toEqual([]);
});

test('each reason for a grant that is never asked for is needed', () => {
  const granted = Object.values(stack.roles).flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
  for (const action of Object.keys(reasons)) {
    expect(granted).toContain(action);
    expect(asked.filter((access) => access.action === action && stack.roles[access.role])).toEqual([]);
  }
});

test("the jobs' own role is allowed nothing, and Scheduler's and ECS's only what those do with it", () => {
  const actions = (suffix: string) =>
    stack.roles[`batuta-local-us-east-1-${suffix}`]?.statements.flatMap(({ Action = [] }) => Action);
  expect(actions('task')).toEqual([]);
  expect(actions('scheduler')).toEqual(['lambda:InvokeFunction', 'sqs:SendMessage']);
  expect(new Set(actions('execution')?.map((action) => action.split(':')[0]))).toEqual(
    new Set(['ecr', 'logs', 'kms', 'ssm', 'secretsmanager']),
  );
});
