import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { secretMarkers } from '../support/shop.ts';
import { isRunTask, jsonAnswer, openTroubledShop, type TroubledShop, taskOf } from '../support/troubled-shop.ts';

let shop: TroubledShop;
beforeAll(async () => {
  shop = await openTroubledShop();
});
beforeEach(async () => {
  shop.heal();
  await shop.beginAnew();
});
afterAll(() => shop.close());

const neverRan = (stoppedReason: string, containers: 'none' | 'listed' = 'none') =>
  shop.cloud.ecs.disruptions.failStarts({ kind: 'fails', stoppedReason, containers });

describe('a task that never reaches RUNNING', () => {
  const user = 'User: arn:aws:sts::123456789012:assumed-role/execution/0123 is not authorized to perform';
  const unable = 'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval';
  test.each([
    [
      'ssm',
      `${unable} failed: unable to retrieve secrets from ssm: AccessDeniedException: ${user}: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/password because no identity-based policy allows it`,
      'arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/password',
    ],
    [
      'asm',
      `${unable} failed: unable to retrieve secret from asm: AccessDeniedException: ${user}: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf because no identity-based policy allows it`,
      'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf',
    ],
  ])('for a secret of %s without permission names the ARN, and no value', async (_store, reason, arn) => {
    neverRan(reason);
    const id = await shop.start({ secrets: { DB_PASSWORD: '/shop/db/password' } });
    await shop.pass(60);
    const end = await shop.endOf(id);
    expect(end).toMatchObject({ state: 'failed', tasks: [1], news: ['failed'] });
    expect(end.cause).toContain('unable to pull secrets');
    const [news] = shop.newsOf(id);
    expect(news?.text).toContain(`the execution role must be allowed to read ${arn}`);
    const told = JSON.stringify([await shop.runOf(id), news, shop.log]);
    for (const value of Object.values(secretMarkers)) expect(told).not.toContain(value);
  });

  test('for an image that is missing says so', async () => {
    const reason =
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/toolbox:latest: not found';
    neverRan(reason, 'listed');
    const id = await shop.start();
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual({ state: 'failed', cause: reason, tasks: [1], news: ['failed'] });
    expect(shop.newsOf(id)[0]?.text).toContain('check the repository, the tag');
  });

  test('and names no reason ends all the same', async () => {
    neverRan('');
    const id = await shop.start();
    await shop.pass(60);
    expect(await shop.endOf(id)).toMatchObject({
      state: 'failed',
      cause: 'TaskFailedToStart',
      tasks: [1],
      news: ['failed'],
    });
  });

  test.each(['PROVISIONING', 'PENDING'] as const)('but hangs in %s is stopped at its timeout', async (at) => {
    shop.cloud.ecs.disruptions.failStarts({ kind: 'hangs', at });
    const id = await shop.start();
    await shop.pass(60);
    expect((await shop.runOf(id)).state).toBe('starting');
    await shop.pass(6 * 60);
    expect(await shop.endOf(id)).toEqual({
      state: 'timed-out',
      cause: 'it ran longer than its timeout of 5 min',
      tasks: [1],
      news: ['timed-out'],
    });
  });

  test('is repeated as the policy says, each attempt with one task, and told once', async () => {
    neverRan('ResourceInitializationError: unable to reach the log group');
    neverRan('CannotPullContainerError: context canceled', 'listed');
    const retry = { attempts: 3, on: ['start' as const], backoffMs: 60_000, maxBackoffMs: 60_000 };
    const id = await shop.start({ retry, timeoutMs: 600_000 });
    await shop.pass(300);
    expect(await shop.endOf(id)).toMatchObject({ state: 'succeeded', tasks: [1, 1, 1], news: ['succeeded'] });
  });
});

const succeeded = { state: 'succeeded', cause: undefined, tasks: [1], news: ['succeeded'] };

describe('a RunTask that', () => {
  test('failed but did start is seen through: one task', async () => {
    shop.cloud.ecs.disruptions.misreport();
    const id = await shop.start();
    await shop.pass(60);
    expect(await shop.endOf(id)).toEqual(succeeded);
  });

  test('failed but did start, and whose repetition fails too, is found by its event', async () => {
    shop.cloud.ecs.disruptions.misreport();
    shop.cloud.ecs.disruptions.misreport();
    const id = await shop.start();
    await shop.pass(5 * 60);
    expect(await shop.endOf(id)).toEqual(succeeded);
  });

  test.each([
    ['names the task', true],
    ['names none, so that its events tell', false],
  ])('got no answer, and then a ConflictException that %s, starts no second one', async (_fact, isNamed) => {
    let id = '';
    let asked = 0;
    shop.trouble.lose = (operation) => operation === 'RunTask';
    shop.trouble.answer = (request) => {
      if (!isRunTask(request) || asked++ === 0) return undefined;
      const message = 'The specified client token is in use with other parameters.';
      const resourceIds = isNamed ? shop.tasksOf(id, 1) : [];
      return jsonAnswer(400, { __type: 'ConflictException', message, resourceIds });
    };
    shop.trouble.fate = (event, deliver) => void (taskOf(event) ? shop.clock.setTimer(120_000, deliver) : deliver());
    id = await shop.start();
    await shop.pass(90);
    expect((await shop.runOf(id)).state).toBe(isNamed ? 'succeeded' : 'launching');
    await shop.pass(5 * 60);
    expect(await shop.endOf(id)).toEqual(succeeded);
  });
});

describe('a run that is stopped', () => {
  test('while the answer of its RunTask is lost has its task stopped as soon as that is known', async () => {
    shop.trouble.lose = (operation) => operation === 'RunTask';
    shop.trouble.next = [{}];
    shop.trouble.fate = (event, deliver) => void (taskOf(event) ? undefined : deliver());
    const id = await shop.start();
    await shop.pass(3);
    expect((await shop.runOf(id)).state).toBe('launching');
    await shop.api('POST', `/api/runs/${id}/stop`, { body: {} });
    shop.trouble.lose = undefined;
    await shop.pass(180);
    const cause = 'stopped by tester; it ended on SIGTERM';
    expect(await shop.endOf(id)).toEqual({ state: 'stopped', cause, tasks: [1], news: ['stopped'] });
  });

  test('while RunTask is throttled never starts', async () => {
    const throttled = { __type: 'ThrottlingException', message: 'Rate exceeded' };
    shop.trouble.answer = (request) => (isRunTask(request) ? jsonAnswer(400, throttled) : undefined);
    const id = await shop.start();
    await shop.pass(30);
    await shop.api('POST', `/api/runs/${id}/stop`, { body: {} });
    shop.heal();
    await shop.pass(130);
    expect(await shop.endOf(id)).toEqual({
      state: 'stopped',
      cause: 'stopped by tester',
      tasks: expect.not.arrayContaining([1]),
      news: ['stopped'],
    });
  });
});

test('STOPPED may come before RUNNING, twice, and RUNNING after it', async () => {
  const late: (() => void)[] = [];
  shop.trouble.fate = (event, deliver) => {
    const status = taskOf(event)?.lastStatus;
    if (status === 'STOPPED') {
      deliver();
      deliver();
      late.push(deliver);
    } else if (status) late.push(deliver);
    else deliver();
  };
  shop.trouble.next = [{ runMs: 3000, exitCode: 9 }];
  const id = await shop.start();
  await shop.pass(50);
  const end = { state: 'failed', cause: 'exit code 9 of container job', tasks: [1], news: ['failed'] };
  expect(await shop.endOf(id)).toEqual(end);
  for (const deliver of late) deliver();
  await shop.pass(130);
  expect(await shop.endOf(id)).toEqual(end);
});
