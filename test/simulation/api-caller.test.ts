import { fileURLToPath } from 'node:url';
import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
let shop: Shop;
const launches: RunTaskCommandInput[] = [];
let registrations = 0;

beforeAll(async () => {
  shop = await openShop({
    configFile,
    service: false,
    behave: () => ({ runMs: 10 }),
    intercept({ headers, body }) {
      if (headers['x-amz-target']?.endsWith('.RunTask')) launches.push(JSON.parse(body));
      if (headers['x-amz-target']?.endsWith('.RegisterTaskDefinition')) registrations += 1;
      return undefined;
    },
  });
});
afterAll(() => shop.close());

/** Runs the job and resolves with what RunTask was asked, undefined where the request was refused. */
async function launchOf(body: unknown): Promise<RunTaskCommandInput | undefined> {
  const before = launches.length;
  const { status } = await shop.api('POST', '/api/jobs/note/runs', { body });
  await shop.pass(2);
  expect(launches.length - before).toBe(status === 202 ? 1 : 0);
  if (status !== 202) expect([400, 422]).toContain(status);
  return launches[before];
}

/** RunTask's input without what is each run's own: ids, the deadline, arguments and parameters. */
function choices({ clientToken: _, startedBy: __, overrides, ...rest }: RunTaskCommandInput) {
  const { containerOverrides = [], ...others } = overrides ?? {};
  const containers = containerOverrides.map(({ command = [], environment = [], ...container }) => ({
    ...container,
    script: command.slice(0, 2),
    arguments: command.length,
    variables: environment.map(({ name }) => name),
  }));
  return { ...rest, overrides: others, containers };
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('$(id)', '; rm -rf /', '`id`', '{{count}}', '--', '', '\'"', '\\', '$&', 'a\nb', '*'),
);

test('whatever the parameters say, they fill their own argument and their own variable and nothing else', async () => {
  const plain = await launchOf({});
  const registered = registrations;
  if (!plain) throw new Error('the job was not launched');
  const params = fc.record({ note: nasty, count: fc.integer(), dryRun: fc.boolean() }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(params, async (given) => {
      const asked = await launchOf({ params: given });
      // No process can be given a NUL, so such a request is refused.
      if (!asked) {
        expect(given.note).toContain('\0');
        return;
      }
      expect(choices(asked)).toEqual(choices(plain));
      const [container] = asked.overrides?.containerOverrides ?? [];
      const { note = '', count = 1 } = given;
      expect(container?.command).toEqual(['run', 'report.py', '--note', `note: ${note}`, '--', `${count}`]);
      expect(container?.environment).toContainEqual({ name: 'PARAM_NOTE', value: note });
    }),
    { numRuns: 40 },
  );
  expect(registrations).toBe(registered);
});

const temptations = [
  'image',
  'command',
  'script',
  'args',
  'taskRoleArn',
  'executionRoleArn',
  'taskDefinition',
  'overrides',
  'environment',
  'secrets',
  'cluster',
  'network',
  'spec',
  'trigger',
  '__proto__',
  'constructor',
];

test.each(temptations)('a request that names %s is refused, and nothing starts', async (field) => {
  const raw = `{${JSON.stringify(field)}: {"a": "b"}}`;
  for (const body of [raw, `{"params": ${raw}}`]) {
    const before = launches.length;
    const answer = await shop.api('POST', '/api/jobs/note/runs', { raw: body });
    await shop.pass(2);
    expect(answer).toMatchObject({ status: 422, body: { problems: [{ field: expect.stringContaining(field) }] } });
    expect(launches).toHaveLength(before);
  }
});

test.each(['note%2F..%2Fplain', '..', '__proto__', 'constructor', 'note/runs/x', 'NOTE'])(
  'the job %s is none',
  async (job) => {
    expect((await shop.api('POST', `/api/jobs/${job}/runs`, { body: {} })).status).toBe(404);
  },
);

test('two runs of one job never get each other’s output', async () => {
  const talking = await openShop({
    service: false,
    behave: ({ environment }) => ({ runMs: 3000, lines: [`::output id=${environment.BATUTA_RUN_ID}`] }),
  });
  const asked = await Promise.all([1, 2, 3].map(() => talking.api('POST', '/api/jobs/plain/runs', { body: {} })));
  await talking.pass(20);
  for (const { body } of asked) {
    const { run } = (await talking.api('GET', `/api/runs/${body.run.id}`)).body;
    expect(run).toMatchObject({ state: 'succeeded', outputs: { id: body.run.id } });
  }
  await talking.close();
});
