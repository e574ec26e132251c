import { expect, test } from 'vitest';
import { describeAlert } from '../../../shared/notify/describe/describe-alert.ts';
import { plainText } from '../../../shared/notify/message.ts';
import { watchAction, watchTask } from '../../../shared/watch/watch-service.ts';
import { watchWorld } from '../../support/watch-world.ts';

const account = '111122223333';

/** What the alert tells after tasks of these ids died, one after the other. */
async function toldOf(options: Parameters<typeof watchWorld>[0], ids = ['aaaaaaaa1', 'bbbbbbbb1', 'cccccccc1']) {
  const world = watchWorld(options);
  for (const id of ids) await watchTask('shop-api', world.died(id), world.deps);
  const alert = await world.alert();
  const message = alert && describeAlert(alert);
  return { world, alert, message, text: message ? plainText(message) : '' };
}

test('a crash loop tells the last lines of the task that died last, apart from the facts', async () => {
  const printed = (stream: string) => [`${stream} says`, 'password=hunter2', 'no such table'];
  const { message, text } = await toldOf({ spec: { logTail: true }, printed });
  expect(message?.logTails).toEqual([
    {
      label: 'task cccccccc of shop-api',
      lines: ['api/api/cccccccc1 says', 'password=[redacted]', 'no such table'],
    },
  ]);
  expect(message?.facts.filter(({ value }) => value.includes('no such table'))).toEqual([]);
  expect(text).toContain('\nWhat to do: read the log (/ecs/shop-api)');
  expect(text).not.toContain('\nLog: /ecs');
});

test('without logTail nothing of the log is asked for, kept or told', async () => {
  const { world, alert, text } = await toldOf({ printed: () => ['no such table'] });
  expect(world.calls).not.toContain('GetLogEvents');
  expect(JSON.stringify(alert)).not.toContain('no such table');
  expect(text).toContain('\nWhat to do: read the log (/ecs/shop-api)\n');
});

test('what is kept of a log is at most 2 kB, its end', async () => {
  const printed = () => Array.from({ length: 5000 }, (_, n) => `${n} ${'ü'.repeat(500)}`);
  const { alert } = await toldOf({ spec: { logTail: true }, printed });
  const lines = alert?.causes['crash-loop']?.logTails?.[0]?.lines ?? [];
  expect(lines.at(-1)).toMatch(/^4999 ü+…$/);
  expect(Buffer.byteLength(lines.join(''))).toBeLessThanOrEqual(2000);
  expect(lines.length).toBeGreaterThan(1);
});

test('the log, the task and the service are offered as pages of the console, and the CLI as what to type', async () => {
  const { message } = await toldOf({ account });
  const console = 'https://us-east-1.console.aws.amazon.com';
  expect(message?.links).toEqual([
    {
      label: 'Log',
      url: `${console}/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Fshop-api/log-events/api$252Fapi$252Fcccccccc1`,
    },
    { label: 'Task in ECS', url: `${console}/ecs/v2/clusters/prod/tasks/cccccccc1/configuration?region=us-east-1` },
    { label: 'Service in ECS', url: `${console}/ecs/v2/clusters/prod/services/shop-api/health?region=us-east-1` },
  ]);
  expect(message?.actions?.map(({ command }) => command)).toEqual(['batuta services shop-api']);
});

test('what ECS says of a service comes with the service’s page', async () => {
  const cluster = `arn:aws:ecs:us-east-1:${account}:cluster/prod`;
  const world = watchWorld({ runningCount: () => 1, spec: { cluster } });
  world.deps.ecs.describeServices = async () => [];
  const action = { serviceName: 'shop-api', clusterName: 'prod', eventName: 'SERVICE_TASK_START_IMPAIRED' };
  await watchAction(action, world.deps);
  const alert = await world.alert();
  expect((alert && describeAlert(alert))?.links).toMatchObject([{ label: 'Service in ECS' }]);
});

test('repeats tell of a task that died lately, not of the first ones', async () => {
  const printed = (stream: string) => [`${stream} says`];
  const world = watchWorld({ account, spec: { logTail: true }, printed });
  for (let n = 0; n < 14; n++) {
    await watchTask('shop-api', world.died(`task${n}----`), world.deps);
    await world.passTo(n + 1);
  }
  expect(world.told).toHaveLength(2);
  const alert = await world.alert();
  const message = alert && describeAlert(alert);
  expect(message?.title).toMatch(/^shop-api keeps crashing: \d+ more times/);
  expect(message?.logTails).toEqual([{ label: 'task task12-- of shop-api', lines: ['api/api/task12---- says'] }]);
  expect(message?.links?.[1]?.url).toContain('/tasks/task12----/');
  expect(message?.facts).toContainEqual({
    label: 'Task looked into',
    value: 'task12--, died 2026-11-20T09:12:00Z: exit code 1 of container api',
  });
  expect(message?.hint).toBe('read the log (/ecs/shop-api)');
  expect(world.calls.filter((call) => call === 'GetLogEvents')).toHaveLength(3);
});

test('what was looked up long ago is told with its time', async () => {
  const world = watchWorld({ runningCount: () => 1 });
  await watchAction({ serviceName: 'shop-api', eventName: 'SERVICE_TASK_START_IMPAIRED' }, world.deps);
  await world.passTo(245);
  const alert = await world.alert();
  const facts = (alert && describeAlert(alert))?.facts;
  expect(facts).toContainEqual({ label: 'As of', value: '09:00 UTC' });
});

test('what ECS says again is told with the tasks that run now, asked for at most every five minutes', async () => {
  let runningCount = 1;
  const world = watchWorld({ runningCount: () => runningCount });
  const tasks = async () => {
    const alert = await world.alert();
    return alert?.causes.impaired?.facts?.find(({ label }) => label === 'Tasks')?.value;
  };
  const impaired = (minute: number) =>
    watchAction(
      {
        serviceName: 'shop-api',
        eventName: 'SERVICE_TASK_START_IMPAIRED',
        at: world.at(minute),
      },
      world.deps,
    );
  await impaired(0);
  runningCount = 0;
  await world.passTo(4);
  await impaired(4);
  expect(await tasks()).toBe('1 of 2 run');
  await world.passTo(6);
  await impaired(6);
  expect(await tasks()).toBe('0 of 2 run');
});
