import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startEveryChannel } from '../support/channels/every-channel.ts';
import { openShop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/channels/batuta.yml', import.meta.url));
const sample = new URL('../fixtures/aws-events/ecs/01-ecs-task-state-change-running.json', import.meta.url);

/** As long as ECS lets one be, and hostile. */
const begins = 'CannotPullContainerError: <!channel> @everyone \u202e`x` https://shop:hunter2@registry.example/api: ';
const reason = `${begins}${'👩‍👩‍👧‍👦 '.repeat(100)}`.slice(0, 1024);

test('a task that stopped for a reason of 1 024 characters is told by every channel, within its limits', async () => {
  const shop = await openShop({ configFile, service: false, behave: () => ({ runMs: 3_600_000 }) });
  const every = await startEveryChannel({ clock: shop.clock.now });
  const { sns: _, eventbridge: __, ...overHttp } = every.channels;
  const channels = { ...shop.config.channels, ...overHttp };
  const route = shop.config.routes[0] as (typeof shop.config.routes)[number];
  shop.configure({ ...shop.config, channels, routes: [{ ...route, to: Object.keys(channels), only: 'failures' }] });
  Object.assign(shop.stack.functions['deliver-notifications']?.environment ?? {}, {
    CHANNEL_STAND_INS: every.standIns,
  });

  const { id } = (await shop.api('POST', '/api/jobs/plain/runs', { body: {} })).body.run;
  await shop.pass(30);
  const { taskArn } = (await shop.api('GET', `/api/runs/${id}`)).body.run.attempts[0];
  const { detail, ...event } = JSON.parse(readFileSync(sample, 'utf8'));
  const end = {
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stopCode: 'TaskFailedToStart',
    version: 9,
    containers: [],
  };
  const stoppedAt = new Date(shop.clock.now()).toISOString();
  const stopped = { ...detail, ...end, taskArn, startedBy: `batuta/local/${id}/1`, stoppedReason: reason, stoppedAt };
  expect(reason).toHaveLength(1024);
  expect(await shop.invoke('follow-task', { ...event, detail: stopped })).toMatchObject({ kind: 'done' });
  await shop.pass(60);

  const { sns: ___, eventbridge: ____, ...shown } = every.shown();
  for (const [type, messages] of [...Object.entries(shown), ['mail and bus', shop.told] as const]) {
    const all = JSON.stringify(messages);
    expect([type, all.match(/plain failed/g) !== null]).toEqual([type, true]);
    expect([type, all.includes('CannotPullContainerError: ')]).toEqual([type, true]);
    expect([type, all.match(/hunter2|\u202e|�|\\ud[89a-f]/)]).toEqual([type, null]);
    expect([type, /[👩👧👦\u200d]/u.test(all.replaceAll('👩‍👩‍👧‍👦', ''))]).toEqual([type, false]);
  }
  expect(shop.told.map(({ channel }) => channel).sort()).toEqual(['bus', 'far-bus', 'far-mail', 'mail']);
  expect([every.called(), every.lost, shop.errors]).toEqual([[], [], []]);
  expect(shown.slack.length + shown['slack-webhook'].length).toBeGreaterThanOrEqual(2);
  await shop.close();
});
