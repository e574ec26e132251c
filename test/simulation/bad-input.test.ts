import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CloudRequest, CloudResponse } from '../../local/cloud/dispatcher.ts';
import { openShop, type Shop } from '../support/shop.ts';

describe('a request that cannot be served is a problem document, and nothing starts', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ service: false });
  });
  afterAll(() => shop.close());

  test.each([
    ['an unknown job', 'POST', '/api/jobs/bakcup/runs', { body: {} }, 404, 'job'],
    [
      'an unknown parameter',
      'POST',
      '/api/jobs/backup/runs',
      { body: { params: { databse: 'shop' } } },
      422,
      'params.databse',
    ],
    [
      'a parameter of the wrong type',
      'POST',
      '/api/jobs/backup/runs',
      { body: { params: { rows: 'many' } } },
      422,
      'params.rows',
    ],
    [
      'a value outside the enum',
      'POST',
      '/api/jobs/backup/runs',
      { body: { params: { database: 'hr' } } },
      422,
      'params.database',
    ],
    ['a body that is no object', 'POST', '/api/jobs/backup/runs', { body: [1] }, 422, ''],
    ['an unknown field', 'POST', '/api/jobs/backup/runs', { body: { parms: {} } }, 422, 'parms'],
    [
      'an oversized body',
      'POST',
      '/api/jobs/backup/runs',
      { raw: `{"params":{"database":"${'x'.repeat(4_000_000)}"}}` },
      413,
      undefined,
    ],
    ['malformed JSON', 'POST', '/api/jobs/backup/runs', { raw: '{"params":' }, 400, undefined],
    ['no token', 'POST', '/api/jobs/backup/runs', { body: {}, token: undefined }, 401, undefined],
    ['a wrong token', 'POST', '/api/jobs/backup/runs', { body: {}, token: `tester.${'x'.repeat(43)}` }, 401, undefined],
    [
      'a token of nobody',
      'GET',
      '/api/runs/r-aaaaaaaaaaaaaaaaaaaaaaaa',
      { token: `nobody.${'x'.repeat(43)}` },
      401,
      undefined,
    ],
    ['an unknown run', 'GET', '/api/runs/r-aaaaaaaaaaaaaaaaaaaaaaaa', {}, 404, undefined],
    ['an id that is none', 'GET', '/api/runs/..%2F..', {}, 404, undefined],
    ['a route that is none', 'GET', '/api/secrets', {}, 404, undefined],
    ['a cursor that is not ours', 'GET', '', {}, 422, undefined],
  ])('%s', async (fact, method, path, given, status, field) => {
    const started = shop.engine.started.length;
    const target = fact.startsWith('a cursor') ? await withCursor(shop) : path;
    const before = shop.engine.started.length;
    const answer = await shop.api(method, target, given);
    await shop.pass(65);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, type: 'about:blank' });
    expect(answer.status).toBe(status);
    if (field !== undefined) expect(answer.body.problems?.[0]?.field).toBe(field);
    expect(shop.engine.started.length).toBe(fact.startsWith('a cursor') ? before : started);
  });

  test('a viewer may read and not start', async () => {
    const viewer = await shop.token('reader', 'viewer');
    expect((await shop.api('POST', '/api/jobs/plain/runs', { body: {}, token: viewer })).status).toBe(403);
    expect((await shop.api('GET', '/api/runs/r-aaaaaaaaaaaaaaaaaaaaaaaa', { token: viewer })).status).toBe(404);
  });

  test('the same Idempotency-Key is the same run, and with another body a conflict', async () => {
    const headers = { 'idempotency-key': 'nightly-2026-11-20' };
    const first = await shop.api('POST', '/api/jobs/backup/runs', { body: {}, headers });
    const again = await shop.api('POST', '/api/jobs/backup/runs', { body: { params: { database: 'shop' } }, headers });
    expect(again.body.run.id).toBe(first.body.run.id);
    const other = await shop.api('POST', '/api/jobs/backup/runs', {
      body: { params: { database: 'billing' } },
      headers,
    });
    expect(other).toMatchObject({ status: 409, body: { problems: [{ field: 'Idempotency-Key' }] } });
  });

  async function withCursor(of: Shop): Promise<string> {
    const { body } = await of.api('POST', '/api/jobs/plain/runs', { body: {} });
    await of.pass(10);
    return `/api/runs/${body.run.id}/logs?cursor=made-up`;
  }
});

describe('an event that is none of our business', () => {
  let shop: Shop;
  afterEach(() => shop.close());
  const detail = {
    result: 'SUCCESS',
    'repository-name': 'shop/api',
    'image-digest': `sha256:${'0'.repeat(64)}`,
    'action-type': 'PUSH',
  };
  const ecr = (change: object) => ({
    source: 'aws.ecr',
    'detail-type': 'ECR Image Action',
    account: '123456789012',
    region: 'us-east-1',
    detail: { ...detail, ...change },
  });

  test.each([
    ['an untagged push', 'deploy-on-image-push', ecr({ 'image-tag': '' }), 'debug'],
    ['a deletion', 'deploy-on-image-push', ecr({ 'action-type': 'DELETE', 'image-tag': '9.9.9' }), 'debug'],
    [
      'a failed replication',
      'deploy-on-image-push',
      {
        source: 'aws.ecr',
        'detail-type': 'ECR Replication Action',
        detail: { ...detail, result: 'FAILED', 'action-type': 'REPLICATE', 'image-tag': '9.9.9' },
      },
      'debug',
    ],
    [
      'a referrer',
      'deploy-on-image-push',
      { source: 'aws.ecr', 'detail-type': 'ECR Referrer Action', detail },
      'debug',
    ],
    [
      'a push of a repository that is not ours',
      'deploy-on-image-push',
      ecr({ 'repository-name': 'other', 'image-tag': '1' }),
      'info',
    ],
    ['an event of an unknown shape', 'deploy-on-image-push', { hello: 'world' }, 'info'],
    ['nothing at all', 'follow-task', null, 'info'],
    [
      'a task state change without a task',
      'follow-task',
      { source: 'aws.ecs', 'detail-type': 'ECS Task State Change', detail: {} },
      'info',
    ],
    [
      'a deployment of a service that is not ours',
      'follow-deployment',
      {
        source: 'aws.ecs',
        'detail-type': 'ECS Deployment State Change',
        resources: ['arn:aws:ecs:us-east-1:123456789012:service/prod/other'],
        detail: { eventName: 'SERVICE_DEPLOYMENT_COMPLETED', deploymentId: 'ecs-svc/1' },
      },
      'debug',
    ],
    [
      'a firing for a job that is gone',
      'start-scheduled-run',
      {
        job: 'gone',
        scheduleArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/g/gone',
        scheduledTime: '2026-11-20T03:00:00Z',
      },
      'info',
    ],
    [
      'an event of another product on our bus',
      'send-notification',
      { source: 'other', 'detail-type': 'Run State Change', detail: {} },
      'info',
    ],
  ])('%s is one log line, no failure and no retry', async (_fact, name, event, level) => {
    shop = await openShop();
    await shop.pass(61);
    const before = shop.log.length;
    const outcome = await shop.invoke(name, event);
    const lines = shop.log.slice(before).filter(({ message }) => !message.endsWith(': done'));
    expect(outcome.kind).toBe('done');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level, function: name });
    await shop.pass(600);
    const ecs = new ECSClient(shop.aws);
    expect((await ecs.send(new ListTasksCommand({ cluster: 'prod' }))).taskArns).toHaveLength(2);
    expect(shop.hooks).toEqual([]);
  });

  test('no raw event and no secret value is ever logged', async () => {
    shop = await openShop();
    const marker = 'zanzibar-marker';
    await new EventBridgeClient(shop.aws).send(
      new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'x', Detail: JSON.stringify({ marker }) }] }),
    );
    for (const name of Object.keys(shop.stack.functions))
      if (name !== 'serve-api') await shop.invoke(name, { marker, detail: { marker } });
    await shop.api('POST', '/api/jobs/backup/runs', { body: {} });
    await shop.push('1.1.0');
    await shop.pass(120);
    const logged = JSON.stringify(shop.log);
    expect(logged.length).toBeGreaterThan(1000);
    expect(logged).not.toContain(marker);
    expect(logged).not.toContain('correct horse battery staple');
  });
});

describe('a run that cannot start', () => {
  let shop: Shop;
  afterEach(() => shop.close());

  test('for a secret that does not exist fails before launch, naming the parameter', async () => {
    shop = await openShop({ service: false });
    const { body } = await shop.api('POST', '/api/jobs/forgotten/runs', { body: {} });
    await shop.pass(20);
    const { run } = (await shop.api('GET', `/api/runs/${body.run.id}`)).body;
    expect(run).toMatchObject({ state: 'failed', outcome: { kind: 'secrets' } });
    expect(run.outcome.cause).toContain('/not/there');
    expect(shop.engine.started).toEqual([]);
    expect(shop.hooks[0]?.body.data.text).toContain('/not/there');
  });
});

describe('a launch that ECS refuses', () => {
  const json = (status: number, body: object): CloudResponse => ({ status, headers: {}, body: JSON.stringify(body) });
  const refusing = (times: number, answer: CloudResponse) => {
    let left = times;
    return (request: CloudRequest) =>
      request.headers['x-amz-target']?.endsWith('.RunTask') && left-- > 0 ? answer : undefined;
  };
  const instance = 'arn:aws:ecs:us-east-1:123456789012:container-instance/prod/0123456789abcdef';

  test.each([
    ['by throttling', json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' })],
    ['by throttling in disguise', json(400, { __type: 'InvalidParameterException', message: 'Rate exceeded' })],
    [
      'by failures without an arn',
      json(200, { tasks: [], failures: [{ reason: 'Capacity is unavailable at this time.' }] }),
    ],
    ['by failures with an arn', json(200, { tasks: [], failures: [{ arn: instance, reason: 'RESOURCE:CPU' }] })],
    ['by an error of ECS', json(500, { __type: 'ServerException', message: 'try again' })],
  ])('%s waits, says so, and is launched later, once', async (_fact, answer) => {
    const shop = await openShop({ service: false, intercept: refusing(3, answer) });
    const { body } = await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
    await shop.pass(1);
    const waiting = (await shop.api('GET', `/api/runs/${body.run.id}`)).body.run;
    expect(['queued', 'launching']).toContain(waiting.state);
    await shop.pass(20 * 60);
    const { run } = (await shop.api('GET', `/api/runs/${body.run.id}`)).body;
    expect(run.state).toBe('succeeded');
    expect(shop.engine.started).toHaveLength(1);
    expect(shop.hooks).toHaveLength(1);
    await shop.close();
  });

  test('for good is a failure with its reason', async () => {
    const refusal = json(400, { __type: 'InvalidParameterException', message: 'No subnet is available' });
    const shop = await openShop({ service: false, intercept: refusing(1000, refusal) });
    const { body } = await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
    await shop.pass(5 * 60);
    const { run } = (await shop.api('GET', `/api/runs/${body.run.id}`)).body;
    expect(run).toMatchObject({
      state: 'failed',
      outcome: { cause: expect.stringContaining('No subnet is available') },
    });
    expect(shop.hooks[0]?.body.data.text).toContain('No subnet is available');
    await shop.close();
  });
});

test('a script that hangs on SIGTERM is killed after its stopTimeout, and the record says timed out', async () => {
  const shop = await openShop({ service: false, behave: () => ({ ignoresSigterm: true }) });
  const { body } = await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(5 * 60 + 200);
  const { run } = (await shop.api('GET', `/api/runs/${body.run.id}`)).body;
  expect(run).toMatchObject({ state: 'timed-out', stop: { by: 'timeout' }, attempts: [{ exitCode: 137 }] });
  expect(shop.hooks[0]?.body.data.title).toMatch(/plain timed out/);
  await shop.close();
});
