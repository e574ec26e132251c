import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { createMasker } from '../../containers/toolbox/src/masker.ts';
import { readSettings } from '../../containers/toolbox/src/settings.ts';
import type { CloudRequest } from '../../local/cloud/dispatcher.ts';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import type { ContainerSpec } from '../../local/cloud/service.ts';
import { nameOfImage, openShop, type Shop, type ShopOptions, secretMarkers } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
const password = secretMarkers['/shop/db/password'];
let shop: Shop;
afterEach(() => shop.close());

/** A system of which all that it says to anybody is kept. */
async function overheard({ intercept, ...options }: ShopOptions) {
  const requests: CloudRequest[] = [];
  const events: EventEnvelope[] = [];
  let isOpen = false;
  shop = await openShop({
    configFile,
    intercept(request) {
      // Before, the test itself puts the secrets where they belong.
      if (!isOpen) return undefined;
      requests.push(request);
      return intercept?.(request);
    },
    delivery(event, deliver) {
      events.push(event);
      deliver();
    },
    ...options,
  });
  isOpen = true;
  return {
    async everything(): Promise<Readonly<Record<string, string>>> {
      const TableName = shop.stack.functions.sweep?.environment.TABLE_NAME ?? '';
      const { Items: items = [] } = await new DynamoDBClient(shop.aws).send(new ScanCommand({ TableName }));
      const told = { requests, events, items, hooks: shop.hooks, log: shop.log, outcomes: shop.errors };
      return Object.fromEntries(Object.entries(told).map(([where, what]) => [where, JSON.stringify(what)]));
    },
  };
}

/** What the toolbox's entry point prints of a script's lines. */
function masked({ environment, command = [] }: ContainerSpec, lines: readonly string[]): string[] {
  const settings = readSettings(command, environment);
  const masker = createMasker();
  if (settings.kind === 'settings') for (const name of settings.secretNames) masker.add(environment[name] ?? '');
  return lines.map(masker.mask);
}
const talkative = (secret: string) => [
  `::progress 40 with ${secret}`,
  `::output url=postgres://app:${secret}@db/shop`,
  `::output coded=${Buffer.from(secret).toString('base64')}`,
  `psql: error: password ${secret} was refused`,
];

test.each([0, 1])('a script that prints its secret and exits with %i tells it to nobody', async (exitCode) => {
  let value: string | undefined;
  const { everything } = await overheard({
    service: false,
    behave(spec) {
      value = spec.environment.DB_PASSWORD;
      return { runMs: 3000, exitCode, lines: masked(spec, talkative(password)) };
    },
  });
  const { body } = await shop.api('POST', '/api/jobs/backup/runs', { body: {} });
  await shop.pass(180);
  expect(value).toBe(password);
  const { run } = (await shop.api('GET', `/api/runs/${body.run.id}`)).body;
  expect(run).toMatchObject({ progress: { percent: 40 }, outputs: { url: 'postgres://app:***@db/shop' } });
  const logs = (await shop.api('GET', `/api/runs/${body.run.id}/logs`)).body;
  expect(logs.lines).toHaveLength(4);
  expect(shop.hooks).toHaveLength(1);
  for (const [where, text] of Object.entries({ ...(await everything()), run: JSON.stringify([run, logs]) }))
    for (const secret of Object.values(secretMarkers)) expect(text, where).not.toContain(secret);
});

test('what another image prints stays in its own log', async () => {
  const { everything } = await overheard({ service: false, behave: () => ({ runMs: 3000, lines: [password] }) });
  const { body } = await shop.api('POST', '/api/jobs/backup/runs', { body: {} });
  await shop.pass(180);
  const { lines } = (await shop.api('GET', `/api/runs/${body.run.id}/logs`)).body;
  expect(lines).toMatchObject([{ message: password }]);
  for (const [where, text] of Object.entries(await everything())) expect(text, where).not.toContain(password);
});

test.each([
  ['stays in its log without logTail', false],
  ['is told with it', true],
])('what a service prints before its tasks die, in a deployment or not, %s', async (_fact, logTail) => {
  const printed = 'ana asked for order 4711';
  let isSick = false;
  const { everything } = await overheard({
    behave: (spec) => {
      const name = nameOfImage(spec);
      if (!name.startsWith('shop-api')) return { runMs: 1 };
      if (name.endsWith('-crash')) return { runMs: 300, exitCode: 1, lines: [printed] };
      return isSick ? { runMs: 20_000, exitCode: 1, lines: [printed] } : {};
    },
  });
  const { services } = shop.config;
  const spec = services['shop-api'];
  if (spec) shop.configure({ ...shop.config, services: { ...services, 'shop-api': { ...spec, logTail } } });
  await shop.push('1.1.0-crash');
  await shop.pass(300);
  isSick = true;
  const { taskArns = [] } = await new ECSClient(shop.aws).send(
    new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api' }),
  );
  for (const arn of taskArns) shop.cloud.ecs.disruptions.outOfMemory(arn);
  await shop.pass(900);
  const { deployments } = (await shop.api('GET', '/api/deployments')).body;
  const shown = await Promise.all(
    deployments.map(({ id }: { id: string }) => shop.api('GET', `/api/deployments/${id}`)),
  );
  const titles = shop.hooks.map(({ body }) => body.data.title);
  expect(titles).toContainEqual(expect.stringMatching(/^shop-api 1\.1\.0 .*(failed|back)/));
  expect(titles).toContainEqual(expect.stringMatching(/^shop-api keeps crashing: \d+ more times/));
  const all = { ...(await everything()), shown: JSON.stringify(shown) };
  const found = Object.entries(all).filter(([, text]) => text.includes(printed));
  const where = found.map(([name]) => name);
  if (logTail) expect(where).toEqual(expect.arrayContaining(['items', 'hooks', 'shown']));
  else expect(where).toEqual([]);
});

test.each([
  ['refuses', () => 404],
  ['is down', () => 503],
  ['breaks the connection', () => Promise.reject(new TypeError('fetch failed'))],
])('a channel whose address is secret and that %s is named, its address not', async (_what, hook) => {
  const { everything } = await overheard({ service: false, hook: hook as () => number });
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(400);
  const all = await everything();
  expect(all.items).toContain('team');
  for (const [where, text] of Object.entries(all)) expect(text, where).not.toContain(secretMarkers['/team/url']);
});

test.each(['GetParameters', 'GetParameter', 'RunTask', 'PutItem', 'PutEvents', 'RegisterTaskDefinition'])(
  'a %s that fails tells no secret',
  async (operation) => {
    let left = 2;
    const failing: ShopOptions['intercept'] = ({ headers }) =>
      headers['x-amz-target']?.endsWith(`.${operation}`) && left-- > 0
        ? { status: 500, headers: {}, body: JSON.stringify({ __type: 'InternalFailure', message: 'no' }) }
        : undefined;
    const { everything } = await overheard({ service: false, intercept: failing });
    const ask = () => shop.api('POST', '/api/jobs/backup/runs', { body: {}, headers: { 'idempotency-key': 'k' } });
    await ask().catch(() => ask().catch(() => undefined));
    await shop.pass(300);
    expect(left).toBeLessThanOrEqual(0);
    for (const [where, text] of Object.entries(await everything()))
      for (const secret of Object.values(secretMarkers)) expect(text, where).not.toContain(secret);
  },
);

test('an API token is kept as a hash, and neither it nor a wrong one is written anywhere', async () => {
  const { everything } = await overheard({ service: false });
  const token = await shop.token('reader', 'viewer');
  const wrong = `reader.${'w'.repeat(43)}`;
  expect((await shop.api('GET', '/api/runs/r-aaaaaaaaaaaaaaaaaaaaaaaa', { token })).status).toBe(404);
  expect((await shop.api('GET', '/api/runs/r-aaaaaaaaaaaaaaaaaaaaaaaa', { token: wrong })).status).toBe(401);
  const all = await everything();
  expect(token).toMatch(/^reader\..{43}$/);
  expect(all.items).toContain('reader');
  for (const [where, text] of Object.entries(all))
    for (const secret of [token ?? '', wrong]) expect(text, where).not.toContain(secret.slice('reader.'.length));
});

test('a deployment hands a service’s secrets on by name', async () => {
  const { everything } = await overheard({ behave: (spec) => (nameOfImage(spec) === 'toolbox' ? { runMs: 1 } : {}) });
  await shop.push('1.1.0');
  await shop.pass(120);
  expect(shop.hooks).toHaveLength(1);
  for (const [where, text] of Object.entries(await everything()))
    for (const secret of Object.values(secretMarkers)) expect(text, where).not.toContain(secret);
});
