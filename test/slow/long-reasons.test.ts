import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openToldShop } from '../support/told-shop.ts';

const sample = new URL('../fixtures/aws-events/ecs/01-ecs-task-state-change-running.json', import.meta.url);

/** As long as ECS lets one be, and hostile. */
const begins = 'CannotPullContainerError: <!channel> @everyone \u202e`x` https://shop:hunter2@registry.example/api: ';
const reason = `${begins}${'👩‍👩‍👧‍👦 '.repeat(100)}`.slice(0, 1024);

test('a task that stopped for a reason of 1 024 characters is told by every channel, within its limits', async () => {
  const shop = await openToldShop({ behave: () => ({ runMs: 3_600_000 }) });
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

  expect(Object.keys(shop.shown())).toHaveLength(10);
  for (const [type, messages] of Object.entries(shop.shown())) {
    const all = JSON.stringify(messages);
    expect([type, all.match(/plain failed/g) !== null]).toEqual([type, true]);
    expect([type, all.includes('CannotPullContainerError: ')]).toEqual([type, true]);
    expect([type, all.match(/hunter2|\u202e|�|\\ud[89a-f]/)]).toEqual([type, null]);
    expect([type, /[👩👧👦\u200d]/u.test(all.replaceAll('👩‍👩‍👧‍👦', ''))]).toEqual([type, false]);
  }
  expect([shop.every.called(), shop.every.lost, shop.errors]).toEqual([[], [], []]);
  await shop.close();
});
