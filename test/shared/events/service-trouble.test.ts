import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseWatchEvent } from '../../../shared/events/service-trouble.ts';
import { watchAction, watchTask } from '../../../shared/watch/watch-service.ts';
import { spoiled } from '../../support/spoiled.ts';
import { watchWorld } from '../../support/watch-world.ts';

const folder = fileURLToPath(new URL('../../fixtures/aws-events', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const events = files.map((file): [string, object] => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))]);

const eventIn = (raw: unknown) => {
  const parsed = parseWatchEvent(raw);
  return parsed.kind === 'event' ? parsed.value : undefined;
};

test.each(events)('%s, with any field missing or something else, never throws', async (_file, event) => {
  const { deps } = watchWorld();
  for (const { event: raw } of spoiled(event)) {
    const value = eventIn(raw);
    if (value?.kind === 'task-stopped') await watchTask(value.service, value.task, deps);
    if (value?.kind === 'service-action') await watchAction(value.action, deps);
  }
});

const arn = 'arn:aws:ecs:us-east-1:123456789012';
const stopped = {
  id: 'e1',
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  time: '2026-11-20T09:00:00Z',
  detail: { taskArn: `${arn}:task/prod/1`, lastStatus: 'STOPPED', group: 'service:shop-api', version: 5 },
};

test('a task that stopped without a time did so when its event says', () => {
  expect(eventIn(stopped)).toMatchObject({ kind: 'task-stopped', task: { stoppedAt: Date.parse(stopped.time) } });
});

test('a task that runs, or is of no service, is not watched', () => {
  expect(eventIn({ ...stopped, detail: { ...stopped.detail, lastStatus: 'RUNNING' } })).toBeUndefined();
  expect(eventIn({ ...stopped, detail: { ...stopped.detail, group: 'family:x' } })).toBeUndefined();
});

test('a service of the old ARN format has its cluster from the detail', () => {
  const event = {
    source: 'aws.ecs',
    'detail-type': 'ECS Service Action',
    resources: [`${arn}:service/shop-api`],
    detail: { eventName: 'SERVICE_STEADY_STATE', clusterArn: `${arn}:cluster/prod` },
  };
  expect(eventIn(event)).toMatchObject({ action: { serviceName: 'shop-api', clusterName: 'prod' } });
});

test("the rule of every five minutes and the sweep's word are read", () => {
  expect(eventIn({ source: 'aws.events', 'detail-type': 'Scheduled Event' })).toEqual({ kind: 'look' });
  const said = { source: 'batuta', 'detail-type': 'Services Seen Short', detail: { services: ['shop-api', 7] } };
  expect(eventIn(said)).toEqual({ kind: 'short', services: ['shop-api'] });
});
