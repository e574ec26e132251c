import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../support/shop.ts';
import { type Spoiled, spoiled } from '../support/spoiled.ts';

type Json = Record<string, unknown>;

const folder = fileURLToPath(new URL('../fixtures/aws-events', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const mark = 'zanzibar-marker';

const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** A published sample about our own service and repository, so that it goes as deep as it can, with a mark in it. */
function ours(file: string): Json {
  const text = JSON.stringify(read(file))
    .replaceAll(
      /arn:aws:ecs:[^:"]+:\d+:(service|cluster)\/[^"]+/g,
      (_arn, what) => `arn:aws:ecs:us-east-1:123456789012:${what}/prod${what === 'service' ? '/shop-api' : ''}`,
    )
    .replaceAll(/"group":"[^"]*"/g, '"group":"service:shop-api"')
    .replaceAll(/"repository-name":"[^"]*"/g, '"repository-name":"shop/api"')
    .replaceAll(/"image-tag":"[^"]*"/g, '"image-tag":"1.1.0"');
  const event = JSON.parse(text);
  const detail = event.detail ? { detail: { ...event.detail, mark } } : {};
  return { ...event, ...(event.account ? { account: '123456789012', region: 'us-east-1' } : {}), mark, ...detail };
}

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ behave: () => ({ runMs: 24 * 3_600_000 }) });
});
afterAll(() => shop.close());

/** What the function makes of each event: what it threw or logged, or `undefined` where all is well. */
async function outcomeOf(name: string, event: unknown): Promise<string | undefined> {
  const from = shop.log.length;
  let over = false;
  const invoked = shop.invoke(name, event).finally(() => {
    over = true;
  });
  await shop.busy.settle();
  while (!over) await shop.pass(1);
  const outcome = await invoked;
  const lines = shop.log.slice(from);
  const isLogged = JSON.stringify(lines).includes(mark);
  if (isLogged) return 'logged the raw event';
  if (outcome.kind === 'failed') return `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
  if (lines.some(({ level }) => level === 'error')) return `logged an error and said success: ${lines[0]?.message}`;
  const { statusCode = 200 } = JSON.parse(outcome.result ?? 'null') ?? {};
  return name === 'serve-api' && statusCode >= 500 ? `answered ${statusCode}` : undefined;
}

async function troublesOf(name: string, events: readonly Spoiled[]): Promise<string[]> {
  const troubles: string[] = [];
  for (const { how, event } of events) {
    const trouble = await outcomeOf(name, event);
    if (trouble) troubles.push(`${how}: ${trouble}`);
  }
  return troubles;
}

const takers = [
  ...['deliver-notifications', 'deploy-on-image-push', 'follow-deployment', 'follow-output', 'follow-task'],
  ...['launch-runs', 'send-notification', 'serve-api', 'start-scheduled-run', 'sync-schedules', 'watch-services'],
];

test('every function that takes events is asked', () => {
  expect([...takers, 'sweep'].sort()).toEqual(Object.keys(shop.stack.functions).sort());
});

describe.each(takers)('%s, of a published event with any field missing or something else', (name) => {
  test.each(files)('%s: works or ignores it, and logs nothing of it', async (file) => {
    expect(await troublesOf(name, [{ how: 'whole', event: ours(file) }, ...spoiled(ours(file))])).toEqual([]);
  });
});

const arn = 'arn:aws:scheduler:us-east-1:123456789012:schedule/g/backup';
const change = (type: string, detail: Json) => ({
  source: 'batuta',
  'detail-type': type,
  mark,
  detail: { mark, ...detail },
});
const lines = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/batuta/local/jobs',
  logStream: 'plain/job/0123456789abcdef0123456789abcdef',
  subscriptionFilters: ['reports'],
  logEvents: [{ id: '1', timestamp: 1_763_629_200_000, message: `::progress 1 ${mark}` }],
};
const packed = (message: unknown) => ({ awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } });
const request = {
  RequestType: 'Update',
  ResponseURL: 'https://hooks.example.com/cloudformation',
  StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/batuta/1',
  RequestId: '1',
  LogicalResourceId: 'Schedules',
  ResourceProperties: { mark },
};

test.each<[name: string, about: string, events: Spoiled[]]>([
  [
    'start-scheduled-run',
    'a firing',
    spoiled({
      job: 'plain',
      schedule: 'default',
      scheduleArn: arn,
      scheduledTime: '2026-11-20T12:00:00Z',
      params: { database: 'shop' },
    }),
  ],
  [
    'start-scheduled-run',
    'a firing of a one-off',
    spoiled({
      job: 'backup',
      scheduleArn: arn,
      scheduledTime: '2026-11-20T12:00:00Z',
      params: { database: 'shop', rows: 3 },
    }),
  ],
  ['follow-output', 'lines', spoiled(lines).map(({ how, event }) => ({ how, event: packed(event) }))],
  ['sync-schedules', 'a request of CloudFormation', spoiled(request)],
  ['watch-services', 'services seen short', spoiled(change('Services Seen Short', { services: ['shop-api'] }))],
  [
    'follow-deployment',
    'work left',
    spoiled(
      change('Deployment Work Left', {
        visits: [
          {
            service: 'shop-api',
            follow: true,
            deploy: 'push',
            digest: `sha256:${'0'.repeat(64)}`,
            drift: true,
            cleanUp: true,
            deployment: 'd-abcdefghijklmnopqrstuvwx',
          },
        ],
      }),
    ),
  ],
  [
    'deliver-notifications',
    'work left',
    spoiled(change('Delivery Work Left', { lanes: [{ channel: 'team', ids: ['team:r-abcdefghijklmnopqrstuvwx'] }] })),
  ],
  ...['Run', 'Deployment', 'Delivery', 'Alert'].flatMap((what) =>
    ['send-notification', 'deliver-notifications', 'launch-runs', 'follow-deployment'].map(
      (name): [string, string, Spoiled[]] => [
        name,
        `a state change of a ${what}`,
        spoiled(
          change(`${what} State Change`, {
            id: 'r-abcdefghijklmnopqrstuvwx',
            state: what === 'Delivery' ? 'pending' : 'queued',
            subject: 'plain',
            version: 1,
            trigger: 'api',
            settle: true,
          }),
        ),
      ],
    ),
  ),
])('%s, of %s with any field missing or something else, works or ignores it', async (name, _about, events) => {
  expect(events.length).toBeGreaterThan(20);
  expect(await troublesOf(name, events)).toEqual([]);
});

/** Of a run's task, as ECS sends it. */
function ofTask(run: Json, more: Json): Json {
  const event = ours('ecs/01-ecs-task-state-change-running.json');
  const [attempt] = run.attempts as Json[];
  const taskArn = attempt?.taskArn;
  return {
    ...event,
    resources: [taskArn],
    detail: {
      ...(event.detail as Json),
      group: 'family:plain',
      taskArn,
      startedBy: `batuta/local/${run.id}/1`,
      ...more,
    },
  };
}
const stopped = {
  lastStatus: 'STOPPED',
  desiredStatus: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  stoppedAt: '2026-11-20T09:05:00Z',
  stoppingAt: '2026-11-20T09:05:00Z',
  executionStoppedAt: '2026-11-20T09:05:00Z',
  version: 9,
  containers: [
    { name: 'job', lastStatus: 'STOPPED', exitCode: 1, reason: 'it died', containerArn: 'arn', networkInterfaces: [] },
  ],
};

test.each([
  ['that runs', {}],
  ['that stopped', stopped],
])(
  'a run whose task %s, with any field missing or something else, goes on or ends and says why',
  async (_what, more) => {
    const spoil = (run: Json) => spoiled(ofTask(run, more), [undefined, null, 'x']);
    const runs = await startRuns(spoil({ attempts: [] }).length);
    const from = shop.hooks.length;
    const said: string[] = [];
    for (const [index, run] of runs.entries()) {
      const { how, event } = spoil(run)[index] as Spoiled;
      const trouble = await outcomeOf('follow-task', event);
      if (trouble) said.push(`${how}: ${trouble}`);
    }
    await shop.pass(30);
    for (const [index, { id }] of runs.entries()) {
      const { run } = (await shop.api('GET', `/api/runs/${id}`)).body;
      const { how } = spoil(run)[index] as Spoiled;
      const isTold =
        run.state === 'running' || /^(exit code 1 of container \S|Essential container)/.test(run.outcome?.cause);
      if (!isTold || run.state === 'succeeded') said.push(`${how}: ${run.state}: ${run.outcome?.cause}`);
    }
    expect(said).toEqual([]);
    const texts = shop.hooks.slice(from).map(({ body }) => body.data?.text ?? '');
    expect(texts.filter((text) => /undefined|NaN|\[object|null|zanzibar/.test(text))).toEqual([]);
  },
);

async function startRuns(count: number): Promise<Json[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push((await shop.api('POST', '/api/jobs/plain/runs', { body: {} })).body.run.id);
  await shop.pass(60);
  return Promise.all(ids.map(async (id) => (await shop.api('GET', `/api/runs/${id}`)).body.run));
}
